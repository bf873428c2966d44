import { describe, expect, test } from 'vitest';
import { ACTIONS } from '#contract/actions.ts';
import type { AuditRow } from '#contract/audit.ts';
import { NO_TRAIL_FILTERS, trailCsv, trailFilterWords, trailQuestion } from './trail.ts';

describe('the audit trail', () => {
  test('days are whole local days, the last one included', () => {
    const asked = trailQuestion({ ...NO_TRAIL_FILTERS, who: ' tom ', from: '2026-11-05', to: '2026-11-05' });
    expect(asked).toMatchObject({
      who: 'tom',
      from_ms: new Date(2026, 10, 5).getTime(),
      until_ms: new Date(2026, 10, 6).getTime(),
    });
    expect(ACTIONS.auditTrail.args.safeParse(asked).success).toBe(true);
    expect(trailQuestion(NO_TRAIL_FILTERS)).toMatchObject({ from_ms: null, until_ms: null });
  });

  test('each filter in force is named and lifted alone', () => {
    const filters = { kind: 'grant_given', who: 'admin', about: 'dora', from: '2026-11-01', to: '' } as const;
    const words = trailFilterWords(filters);
    expect(words.map(({ name }) => name)).toEqual([
      'What is Grant given',
      'Who holds admin',
      'Subject holds dora',
      'From 2026-11-01',
    ]);
    expect(words[1]?.without).toEqual({ ...filters, who: '' });
    expect(trailFilterWords(NO_TRAIL_FILTERS)).toEqual([]);
  });

  test('a file of it runs nothing in a spreadsheet', () => {
    const row: AuditRow = {
      id: 7,
      happened_at_ms: Date.UTC(2026, 10, 5, 10, 41),
      kind: 'sign_in_refused',
      user_name: '=cmd()',
      address: '10.0.0.7',
      about: null,
      detail: { attempt: 2, role: null },
    };
    const exported = {
      ...row,
      id: 6,
      kind: 'exported' as const,
      user_name: null,
      about: 'stockPositions',
      detail: { made_at_ms: Date.UTC(2026, 10, 4), format: 'csv' },
    };
    expect(trailCsv([row, exported]).split('\r\n')).toEqual([
      'when_utc,what,who,subject,details,address,number',
      "2026-11-05T10:41:00.000Z,Sign-in refused,'=cmd(),,attempt 2,10.0.0.7,7",
      '2026-11-05T10:41:00.000Z,Exported,the operator,stockPositions,"made at 2026-11-04T00:00:00.000Z, format csv",10.0.0.7,6',
      '',
    ]);
  });
});
