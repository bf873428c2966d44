import { describe, expect, test } from 'vitest';
import { ACTIONS } from '#contract/actions.ts';
import type { AuditRow } from '#contract/audit.ts';
import { chainWords, comparedWords } from './chainWords.ts';
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

describe('the chain in words', () => {
  const chain = {
    entries: 12,
    first: { seq: 1, happened_at_ms: 1 },
    last: { seq: 12, seal: 'ab'.repeat(32), happened_at_ms: 2 },
    broken: null,
    loading: false,
    seen: { state: 'agrees', seals: 1 },
    provenance: { checkpoint: 1, as_of_ms: 1, coverage: 'complete', elapsed_ms: 0 },
  } as const;
  const seen = { seals: 3, seq: 9, seen_at_ms: 5, restored_seq: null };

  test('whole, it says how far; otherwise where, why and what to do, and warns', () => {
    expect(chainWords(chain)).toEqual({
      tone: 'good',
      lead: 'Chain checked here:',
      rest: '12 entries, unbroken to seal abababababab…',
    });
    expect(chainWords({ ...chain, first: { seq: 4001, happened_at_ms: 1 } }).rest).toContain('from entry 4,001');
    const broken = chainWords({ ...chain, broken: { seq: 7, event_id: 7, why: 'the entry was taken out' } });
    expect(broken).toMatchObject({ tone: 'warn', lead: 'The chain is broken at entry 7: the entry was taken out.' });
    for (const [state, words] of [
      ['rewritten', 'from entry 9 at the latest'],
      ['starting_over', 'The server began anew'],
    ] as const) {
      const said = chainWords({ ...chain, seen: { state, ...seen } });
      expect([said.tone, said.lead]).toEqual(['warn', expect.stringContaining(words)]);
    }
    const restored = chainWords({ ...chain, seen: { state: 'restored', ...seen, restored_seq: 8 } });
    expect(restored.lead).toContain('A backup was restored (entry 8)');
    expect(restored.rest).toContain('unbroken');
    expect(chainWords({ ...chain, loading: true }).tone).toBe('warn');
  });

  test('beside the server: the same, another, or broken there', () => {
    const server = { entries: 14, seal: 'cd', waiting: 0, broken: null };
    const here = { seq: 12, seal: 'ab' };
    expect(comparedWords({ server, here, equal: true, at_ms: 1 })).toEqual({
      fits: true,
      words: 'the same at the server, which has 2 later ones',
    });
    expect(comparedWords({ server, here, equal: false, at_ms: 1 })).toMatchObject({ fits: false });
    const broken = { seq: 3, event_id: 3, why: 'the entry was taken out' };
    expect(comparedWords({ server: { ...server, broken }, here, equal: true, at_ms: 1 })).toMatchObject({
      fits: false,
    });
  });
});
