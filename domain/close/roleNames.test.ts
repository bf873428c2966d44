import { expect, test } from 'vitest';
import { ACCOUNTS } from '../imports/kinds/accounts.ts';
import { roleName } from './roleNames.ts';

test('every use an account may have has a name of its own that is no code', () => {
  const field = ACCOUNTS.fields.find(({ name }) => name === 'role');
  const roles = Object.keys(field && 'choices' in field ? (field.choices ?? {}) : {});
  expect(roles.length).toBeGreaterThan(20);
  const names = roles.map(roleName);
  expect(new Set(names).size).toBe(roles.length);
  for (const [nth, name] of names.entries()) {
    expect(name).toMatch(/^[a-z][a-z -]{3,}$/);
    if (/^(ar|ap|grni|cogs|fx_gain)$/.test(roles[nth] ?? '')) expect(name).not.toBe(roles[nth]);
  }
});
