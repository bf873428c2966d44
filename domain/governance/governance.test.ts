import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayNumber } from '#domain/calendar.ts';
import { draftedAgain, reachOf, ruleChangeContent, type RuleLine } from './change.ts';
import { inForceOn, type RuleVersion, succession } from './inForce.ts';
import { differingFields, keyText, NO_KEY, type RuleValues, sameRule } from './subjects.ts';
import { changeProblem, ruleProblems } from './validate.ts';

interface Version extends RuleVersion {
  readonly figure: number;
}

/** What the succession does to the versions, on paper. */
function applied(versions: readonly Version[], day: number, figure: number | null): Version[] {
  const next = succession(versions, day, { ends: figure === null, dated: true });
  const kept = versions.flatMap((version) => {
    if (version === next.removed) return [];
    if (version === next.ends) return [{ ...version, valid_to: day - 1 }];
    if (version === next.replaced) return [{ ...version, figure: figure ?? 0 }];
    return [version];
  });
  return next.added === null ? kept : [...kept, { ...next.added, figure: figure ?? 0 }];
}

describe('versions', () => {
  const Changes = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.option(fc.integer({ min: 1, max: 9 }))), {
    minLength: 1,
    maxLength: 12,
  });

  test('a change leaves every day before it as it was, and no day has two rules', () => {
    fc.assert(
      fc.property(Changes, (changes) => {
        let versions: Version[] = [{ valid_from: null, valid_to: null, figure: 0 }];
        for (const [day, figure] of changes) {
          const before = Array.from({ length: 45 }, (_, on) => inForceOn(versions, on)?.figure);
          versions = applied(versions, day, figure);
          for (let on = 0; on < 45; on++) {
            const holding = versions.filter(
              ({ valid_from, valid_to }) => (valid_from ?? -1) <= on && on <= (valid_to ?? 99),
            );
            expect(holding.length).toBeLessThanOrEqual(1);
            if (on < day) expect(inForceOn(versions, on)?.figure).toBe(before[on]);
          }
          expect(inForceOn(versions, day)?.figure).toBe(figure ?? undefined);
        }
      }),
    );
  });

  test('what was to follow still follows', () => {
    const versions = [
      { valid_from: 10, valid_to: null, figure: 1 },
      { valid_from: 30, valid_to: null, figure: 2 },
    ];
    expect(applied(versions, 20, 5)).toEqual([
      { valid_from: 10, valid_to: 19, figure: 1 },
      { valid_from: 30, valid_to: null, figure: 2 },
      { valid_from: 20, valid_to: 29, figure: 5 },
    ]);
  });
});

const POLICY = {
  kind: 'min_max',
  min_qty_milli: 1,
  max_qty_milli: 2,
  multiple_qty_milli: 1,
  lead_time_days: 3,
  owner: 'planner',
};
const policy = (more: object): RuleLine => ({
  ...NO_KEY,
  site_id: 1,
  item_id: 2,
  before: null,
  after: { ...POLICY, ...more },
});

describe('what cannot hold', () => {
  const messages = (line: RuleLine, subject: 'policy' | 'kpi_target' | 'price_floor' | 'channel_rule' = 'policy') =>
    ruleProblems(subject, line).map(({ message }) => message);

  test.each([
    [policy({ owner: null }), 'The rule has no owner. Name the user who answers for it.'],
    [policy({ owner: 'Anna B' }), '“Anna B” is no user name. Name the user who answers for the rule.'],
    [policy({ max_qty_milli: 0 }), 'The maximum is below the minimum. Raise it, or lower the minimum.'],
    [policy({ lead_time_days: -1 }), 'The lead time, days is negative. Write 0 or more.'],
    [
      policy({ multiple_qty_milli: 0 }),
      'The order multiple is 0, so nothing could be ordered. Write 1 for single units.',
    ],
    [policy({ kind: 'lot' }), 'The kind is none there is. Write min_max or lots or service.'],
    [policy({ kind: 'lots', max_qty_milli: 0 }), 'A policy of lots orders whole lots. Write how large one is.'],
    [policy({ kind: 'service', target_bp: 9500 }), 'A service policy is measured by cycle or by fill. Write which.'],
    [policy({ kind: 'service', measure: 'fill', target_bp: 10_000 }), 'A service target lies above 0 and below 100 %.'],
    [policy({ min_qty_milli: null }), 'The minimum is missing. Write a number.'],
    [policy({ min_qty_milli: 1.5 }), 'The minimum is no number that can be kept.'],
    [{ ...policy({}), site_id: null }, 'The policy says of no site it is. Name one.'],
    [{ ...policy({}), after: null }, 'A policy can be replaced, not ended. Write what holds instead.'],
    [{ ...policy({}), before: POLICY }, 'The line changes nothing. Leave it out.'],
  ])('%#: %j', (line, message) => {
    expect(messages(line)).toEqual([message]);
  });

  test('targets: of a KPI that takes one, a share within 100 %, from the first of a month', () => {
    const target = (kpi: string, value: number, channel_id: number | null = null): RuleLine => ({
      ...NO_KEY,
      kpi,
      channel_id,
      before: null,
      after: { target: value, owner: 'finance' },
    });
    expect(messages(target('no_such', 1), 'kpi_target')).toEqual([
      'There is no KPI “no_such”. Take an id of the list of KPIs.',
    ]);
    expect(messages(target('fill_rate_line', 10_001), 'kpi_target')[0]).toContain('between −100 and 100 %');
    expect(messages(target('fill_rate_line', 9600, 3), 'kpi_target')).toEqual([]);
    const today = dayNumber('2026-11-26') ?? 0;
    expect(changeProblem('kpi_target', '2026-12-02', [target('fill_rate_line', 9600)], today)).toContain('2026-12-01');
    expect(changeProblem('kpi_target', '2026-12-01', [target('fill_rate_line', 9600)], today)).toBeNull();
    expect(changeProblem('policy', '2026-11-25', [policy({})], today)).toContain('has passed');
    expect(changeProblem('policy', '2026-11-26', [policy({}), policy({})], today)).toContain('Line 2');
  });

  test('a floor below cost warns and passes', () => {
    const line = { ...NO_KEY, item_id: 1, before: null, after: { floor_price_micro: 5, owner: 'finance' } };
    expect(ruleProblems('price_floor', line, { unit_cost_micro: 6 }).map(({ level }) => level)).toEqual(['warning']);
    expect(ruleProblems('price_floor', line, { unit_cost_micro: 5 })).toEqual([]);
  });
});

describe('drafted again', () => {
  const line = (before: RuleValues | null, after: RuleValues | null): RuleLine => ({
    ...NO_KEY,
    channel_id: 3,
    before,
    after,
  });
  const rule = { priority: 1, protected_bp: 0, owner: 'planner' };
  test('moves what it moved and leaves what somebody else changed since', () => {
    const refused = line(rule, { ...rule, priority: 2 });
    const now = { ...rule, protected_bp: 500, owner: 'sales' };
    const { before, after } = draftedAgain('channel_rule', refused, now);
    expect(before).toEqual(now);
    expect(after).toMatchObject({ priority: 2, protected_bp: 500, owner: 'sales' });
    expect(differingFields('channel_rule', before, after)).toEqual(['priority']);
    // whoever made it so meanwhile leaves nothing to do
    expect(sameRule('channel_rule', { ...now, priority: 2 }, after)).toBe(true);
  });
  test('a new rule, an end, and a rule that is gone', () => {
    expect(draftedAgain('channel_rule', line(null, rule), null)).toMatchObject({ before: null, after: rule });
    expect(draftedAgain('channel_rule', line(null, rule), { ...rule, priority: 4 })).toMatchObject({ after: rule });
    expect(draftedAgain('price_floor', line(rule, null), rule)).toMatchObject({ before: rule, after: null });
    expect(draftedAgain('channel_rule', line(rule, { ...rule, priority: 2 }), null)).toMatchObject({
      before: null,
      after: { ...rule, priority: 2 },
    });
  });
});

describe('what an approval is bound to', () => {
  const change = {
    company_id: 1,
    subject: 'policy' as const,
    title: 't',
    reason: 'r',
    effective_on: '2026-12-01',
    author: 'planner',
    lines: [policy({}), { ...policy({}), item_id: 3 }],
  };
  test('neither the order of lines nor that of figures, but every word and figure', () => {
    const text = ruleChangeContent(change);
    const turned = Object.fromEntries(Object.entries(POLICY).toReversed());
    const lines = change.lines.toReversed().map((line) => ({ ...line, after: turned }));
    expect(ruleChangeContent({ ...change, lines })).toBe(text);
    for (const other of [
      { title: 'u' },
      { reason: 's' },
      { effective_on: '2026-12-02' },
      { author: 'buyer' },
      { lines: [policy({})] },
      { lines: [policy({ owner: 'buyer' }), { ...policy({}), item_id: 3 }] },
      {
        lines: [
          { ...policy({}), before: POLICY },
          { ...policy({}), item_id: 3 },
        ],
      },
    ]) {
      expect(ruleChangeContent({ ...change, ...other })).not.toBe(text);
    }
  });
  test('what was drafted before rules were about customers keeps its seal', () => {
    expect(keyText({ ...NO_KEY, site_id: 1, item_id: 2 })).toBe('1::2:');
    const discount = { ...NO_KEY, party_id: 7, before: null, after: { max_discount_bp: 5, owner: 'controller' } };
    const of = (line: RuleLine) => ruleChangeContent({ ...change, subject: 'price_rule', lines: [line] });
    expect(of(discount)).not.toBe(of({ ...discount, party_id: 8 }));
    expect(of(discount)).not.toBe(of({ ...discount, category: 'Pumps' }));
  });
  test('it lies where all its lines do', () => {
    expect(reachOf([policy({}), policy({})])).toEqual({ site_id: 1, channel_id: null });
    expect(reachOf([policy({}), { ...policy({}), site_id: 2 }])).toEqual({ site_id: null, channel_id: null });
  });
});

describe('calendars', () => {
  const problems = (key: object, after: RuleValues) =>
    ruleProblems('buying_calendar', { ...NO_KEY, ...key, before: null, after: { owner: 'planner', ...after } }).map(
      ({ message }) => message,
    );

  test('of no supplier and no site it is the company’s, and says the days it is closed, alone', () => {
    expect(problems({}, { closed_on: '2026-12-25 2026-12-26' })).toEqual([]);
    expect(problems({}, {})).toEqual(['The calendar says no days. Write them, or end it.']);
    expect(problems({}, { closed_on: '2026-12-25', orders_on: 'mon' })).toEqual([
      'On which weekdays is said of a supplier or a site. Of the company, write the days it is closed.',
    ]);
    expect(problems({ party_id: 1, site_id: 2 }, { closed_on: '2026-12-25' })).toEqual([
      'A calendar is of a supplier, of a site or, without either, of the company. Name one of them at most.',
    ]);
  });
});
