import { describe, expect, test } from 'vitest';
import { ACTIONS } from '#contract/actions.ts';
import { grantArgs, grantScope, NO_GRANT, wrongDisplayName, wrongName, wrongPassword } from './accounts.ts';

describe('what a form must hold', () => {
  test('a form without a complaint passes the contract, one with a complaint does not', () => {
    const good = { name: 'dora.k', display_name: 'Dora K', password: 'correct horse' };
    const cases = [
      good,
      { ...good, name: '' },
      { ...good, name: 'Dora' },
      { ...good, name: 'd' },
      { ...good, name: '1dora' },
      { ...good, display_name: '' },
      { ...good, password: 'short' },
    ];
    for (const fields of cases) {
      const complaint =
        wrongName(fields.name) ?? wrongDisplayName(fields.display_name) ?? wrongPassword(fields.password);
      const parsed = ACTIONS.adminAddUser.args.safeParse({ ...fields, ...grantArgs(NO_GRANT) });
      expect([fields, parsed.success]).toEqual([fields, complaint === null]);
    }
  });

  test('a site without its company is no grant', () => {
    expect(grantArgs({ role: 'sales', company_code: '', site_code: 'RTM', channel_code: 'web' })).toEqual({
      role: 'sales',
      company_code: null,
      site_code: null,
      channel_code: null,
    });
  });

  test('what a grant covers, in words', () => {
    const grant = { id: 1, role: 'sales', company_id: 1, site_id: 2, channel_id: null };
    expect(grantScope({ ...grant, company_code: 'HAL', site_code: 'RTM', channel_code: null })).toBe('HAL, site RTM');
    expect(grantScope({ ...grant, company_code: null, site_code: null, channel_code: null })).toBe('all companies');
  });
});
