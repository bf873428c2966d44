import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RuleChangeContent, ruleChangeContent, type RuleLine } from '#domain/governance/change.ts';
import { NO_KEY } from '#domain/governance/subjects.ts';
import { addGrant } from '#server/auth/accounts.ts';
import { RULES_TAKE_EFFECT } from '#server/jobs/rules.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

const DAY_MS = 86_400_000;
/** What the test server’s clock says in Amsterdam. */
const TODAY = '2026-05-28';

describe.each(ENGINES)('changes of rules on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('decisions', () => {
    let engine: TestEngine;
    let running: TestServer;
    beforeAll(async () => {
      engine = await start();
    });
    afterAll(async () => {
      await engine?.stop();
    });
    beforeEach(async () => {
      running = await startTestServer(engine, {});
      return async () => await running.close();
    });

    const db = () => running.server.database.db;
    const push: TestServer['push'] = (...said) => running.push(...said);
    const POLICY = {
      kind: 'min_max',
      min_qty_milli: 1000,
      max_qty_milli: 5000,
      multiple_qty_milli: 1000,
      lead_time_days: 7,
    };
    const owned = { ...POLICY, owner: 'finance' };
    const givePolicies = async () => {
      const { company_id, sites, items } = running.data;
      const rows = items.map((item_id) => ({ company_id, site_id: sites[0], item_id, ...owned }));
      await db().insertInto('policy').values(rows).execute();
    };
    const policyLine = (nth: number, after: object, before: object | null = owned) => ({
      ...NO_KEY,
      site_id: running.data.sites[0],
      item_id: running.data.items[nth] ?? 0,
      before,
      after: { ...owned, ...after },
    });
    const draft = (lines: readonly object[], more: object = {}) =>
      mutation('draftRuleChange', {
        company_id: running.data.company_id,
        subject: 'policy',
        title: 'More in spring',
        reason: 'It sells more.',
        effective_on: TODAY,
        lines,
        ...more,
      });
    const hashOf = (sent: ReturnType<typeof mutation>, author: string): string =>
      createHash('sha256')
        .update(ruleChangeContent({ ...(sent.args as unknown as RuleChangeContent), author }))
        .digest('hex');
    const decide = (sent: ReturnType<typeof mutation>, author: string, more: object = {}) =>
      mutation('decideRuleChange', {
        change_id: sent.id,
        verdict: 'approved',
        content_hash: hashOf(sent, author),
        reason: '',
        ...more,
      });
    const verdicts = async (table: 'rule_verdict' | 'rule_verdict_cost' = 'rule_verdict') =>
      (await db().selectFrom(table).select('verdict').orderBy('accepted_at').orderBy('ver').execute()).map(
        (row) => row.verdict,
      );
    const minima = async () =>
      (await db().selectFrom('policy').select('min_qty_milli').orderBy('item_id').execute()).map(
        (row) => row.min_qty_milli,
      );
    const runJob = async () =>
      await RULES_TAKE_EFFECT.run(
        {
          database: running.server.database,
          clock: () => running.time.now_ms,
          crashAt: () => {},
          kick: () => {},
          backups: null,
        },
        async () => {},
      );

    test('what is approved for today is in effect at once, whole, and the trail says who decided', async () => {
      await givePolicies();
      const sent = draft([policyLine(0, { min_qty_milli: 2000 }), policyLine(1, { min_qty_milli: 3000 })]);
      expect(await push('finance', sent)).toEqual(['accepted']);
      expect(await minima()).toEqual([1000, 1000, 1000]);
      const approval = decide(sent, 'finance');
      expect(await push('controller', approval, approval)).toEqual(['accepted', 'accepted']);
      expect(await minima()).toEqual([2000, 3000, 1000]);
      expect(await verdicts()).toEqual(['approved', 'effective']);
      const trail = await db()
        .selectFrom('audit_event')
        .select(['user_name', 'about', 'detail'])
        .where('kind', '=', 'rules_decided')
        .execute();
      expect(trail).toEqual([
        {
          user_name: 'controller',
          about: 'finance',
          detail: { verdict: 'approved', subject: 'policy', lines: 2, change: sent.id },
        },
      ]);
    });

    test('nobody decides about their own change, without the right, about another content, or twice', async () => {
      await givePolicies();
      const sent = draft([policyLine(0, { min_qty_milli: 2000 })]);
      expect(await push('admin', sent)).toEqual(['accepted']);
      expect(await push('finance', decide(sent, 'admin'))).toEqual(['rejected:not_permitted']);
      expect(await push('auditor', decide(sent, 'admin'))).toEqual(['rejected:not_permitted']);
      expect(await push('sales', decide(sent, 'admin'))).toEqual(['rejected:not_permitted']);
      // bound to one counter: a change of another site is not theirs to see
      expect(await push('counter', decide(sent, 'admin'))).toEqual(['rejected:not_found']);
      expect(await push('controller', decide(sent, 'somebody'))).toEqual(['conflict:content_changed']);
      expect(
        await push('controller', mutation('decideRuleChange', { ...decide(sent, 'admin').args, verdict: 'effective' })),
      ).toEqual(['rejected:bad_arguments']);
      await addGrant(db(), 'admin', { role: 'executive', company_code: 'HAL' }, () => running.time.now_ms);
      expect(await push('admin', decide(sent, 'admin'))).toEqual(['rejected:own_change']);
      expect(await push('controller', decide(sent, 'admin', { verdict: 'refused', reason: 'Not now.' }))).toEqual([
        'accepted',
      ]);
      expect(await push('controller', decide(sent, 'admin'))).toEqual(['conflict:decided']);
      expect(await minima()).toEqual([1000, 1000, 1000]);
      expect(await verdicts()).toEqual(['refused']);
    });

    test('a forged before, a day gone by, a stranger as owner and what is another company’s are refused', async () => {
      await givePolicies();
      const { data } = running;
      const raised = { min_qty_milli: 2000 };
      expect(
        await push(
          'finance',
          draft([policyLine(0, raised, { ...owned, min_qty_milli: 999 })]),
          draft([policyLine(0, raised, null)]),
          draft([policyLine(0, raised)], { effective_on: '2026-05-27' }),
          draft([policyLine(0, { ...raised, owner: 'nobody' })]),
          draft([policyLine(0, { ...raised, owner: null })]),
          draft([policyLine(0, { max_qty_milli: 0 })]),
          draft([policyLine(0, { lead_time_days: -1 })]),
          draft([policyLine(0, { multiple_qty_milli: 0 })]),
          draft([policyLine(0, raised), policyLine(0, { min_qty_milli: 3000 })]),
          draft([{ ...policyLine(0, raised, null), item_id: data.foreign_item_id }]),
          draft([{ ...policyLine(0, raised), channel_id: data.channels[1] }]),
          draft([policyLine(0, { ...raised, floor_price_micro: 1 })]),
          draft([policyLine(0, raised)], { company_id: data.other_company_id }),
          draft([policyLine(0, raised)], { company_id: 99_999 }),
        ),
      ).toEqual([
        'conflict:overtaken',
        'conflict:overtaken',
        ...Array.from({ length: 7 }, () => 'rejected:bad_rule'),
        'rejected:not_found',
        'rejected:bad_rule',
        'rejected:bad_rule',
        'rejected:not_found',
        'rejected:not_found',
      ]);
      expect(await push('sales', draft([policyLine(0, raised)]))).toEqual(['rejected:not_permitted']);
      expect(await push('auditor', draft([policyLine(0, raised)]))).toEqual(['rejected:not_permitted']);
      expect(await push('counter', draft([policyLine(0, raised)]))).toEqual(['rejected:not_found']);
      expect(await db().selectFrom('rule_change').select('id').execute()).toEqual([]);
    });

    test('keys no rule has, however they are named or nested, change nothing and hold nothing up', async () => {
      await givePolicies();
      const line = policyLine(0, { min_qty_milli: 2000 });
      const after = (text: string) => ({ ...line, after: JSON.parse(text) as object });
      const whole = JSON.stringify(line.after).slice(0, -1);
      const deep = '{"x":'.repeat(30) + '1' + '}'.repeat(30);
      const many = Array.from({ length: 21 }, (_, at) => `"${'abcdefghijklmnopqrstu'[at]}":1`).join(',');
      const outcomes = await push(
        'finance',
        draft([after(`${whole},"constructor":1}`)]),
        draft([after(`${whole},"toString":"x"}`)]),
        draft([after(`${whole},"min_qty_milli ":1}`)]),
        draft([after(`${whole},${many}}`)]),
        draft([after(`${whole},"owner":"${'x'.repeat(101)}"}`)]),
        draft([after(`${whole},"min_qty_milli":1e300}`)]),
        draft(Array.from({ length: 501 }, () => line)),
      );
      expect(outcomes).toEqual(['rejected:bad_rule', ...Array.from({ length: 6 }, () => 'rejected:bad_arguments')]);
      // what no copy sends is no push at all
      const finance = await running.replica('finance');
      for (const poison of [`"__proto__":{"owner":"nobody"}`, `"x":${deep}`]) {
        expect(await finance.push(draft([after(`${whole},${poison}}`)]))).toMatchObject({ status: 400 });
      }
      expect(await db().selectFrom('rule_change').select('id').execute()).toEqual([]);
      expect(await minima()).toEqual([1000, 1000, 1000]);
    });

    test('two who decide at the same moment, and who lost the right meanwhile: one verdict', async () => {
      await givePolicies();
      const change = draft([policyLine(0, { min_qty_milli: 2000 })]);
      const other = draft([policyLine(1, { min_qty_milli: 2000 })]);
      expect(await push('finance', change, other)).toEqual(['accepted', 'accepted']);
      const decided = await Promise.all([
        push('controller', decide(change, 'finance')),
        push('controller', decide(change, 'finance', { verdict: 'refused', reason: 'no' })),
      ]);
      expect(decided.flat().toSorted()).toEqual(['accepted', 'conflict:decided']);
      // the decision was made while it was theirs to make; it arrives when it is not any more
      await db()
        .updateTable('access_grant')
        .set({ role: 'finance' })
        .where('user_id', 'in', (users) => users.selectFrom('app_user').select('id').where('name', '=', 'controller'))
        .execute();
      expect(await push('controller', decide(other, 'finance'))).toEqual(['rejected:not_permitted']);
    });

    test('a later day is waited for; of what was changed meanwhile nothing takes effect', async () => {
      await givePolicies();
      const later = { effective_on: '2026-06-01' };
      const first = draft([policyLine(0, { min_qty_milli: 2000 })], later);
      const second = draft([policyLine(0, { min_qty_milli: 3000 }), policyLine(1, { min_qty_milli: 3000 })], later);
      const third = draft([policyLine(2, { min_qty_milli: 4000 })], later);
      expect(await push('finance', first, second, third)).toEqual(['accepted', 'accepted', 'accepted']);
      expect(await push('controller', ...[first, second, third].map((sent) => decide(sent, 'finance')))).toEqual([
        'accepted',
        'accepted',
        'accepted',
      ]);
      expect(await push('finance2', mutation('withdrawRuleChange', { change_id: third.id, reason: '' }))).toEqual([
        'rejected:not_permitted',
      ]);
      expect(await push('finance', mutation('withdrawRuleChange', { change_id: third.id, reason: '' }))).toEqual([
        'accepted',
      ]);
      await runJob();
      expect(await minima()).toEqual([1000, 1000, 1000]);
      // two days later than the day: a server that slept takes up what it missed
      running.time.now_ms += 6 * DAY_MS;
      await runJob();
      await runJob();
      expect(await minima()).toEqual([2000, 1000, 1000]);
      const said = await db()
        .selectFrom('rule_verdict')
        .select(['change_id', 'verdict', 'reason'])
        .where('author', 'is', null)
        .execute();
      expect(said).toEqual([
        { change_id: first.id, verdict: 'effective', reason: '' },
        { change_id: second.id, verdict: 'overtaken', reason: expect.stringContaining('Nothing of it took effect') },
      ]);
      expect(await push('finance', mutation('withdrawRuleChange', { change_id: first.id, reason: '' }))).toEqual([
        'conflict:decided',
      ]);
    });

    test('a change approved too late is not: days gone by keep their rules', async () => {
      await givePolicies();
      const sent = draft([policyLine(0, { min_qty_milli: 2000 })]);
      expect(await push('finance', sent)).toEqual(['accepted']);
      running.time.now_ms += DAY_MS;
      expect(await push('controller', decide(sent, 'finance'))).toEqual(['conflict:day_passed']);
      expect(await push('controller', decide(sent, 'finance', { verdict: 'refused', reason: 'Too late.' }))).toEqual([
        'accepted',
      ]);
      expect(await minima()).toEqual([1000, 1000, 1000]);
    });

    test('channel rules, floors and targets get another version; what held before still holds for its days', async () => {
      const { company_id, channels, items } = running.data;
      const rule = {
        priority: 2,
        protected_bp: 0,
        max_discount_bp: 300,
        free_freight_from_minor: null,
        freight_charge_minor: null,
        owner: null,
      };
      await db()
        .insertInto('channel_rule')
        .values({ company_id, channel_id: channels[0], ...rule })
        .execute();
      await db()
        .insertInto('price_floor')
        .values([
          { company_id, item_id: items[0] ?? 0, floor_price_micro: 1_000_000, valid_from: '2026-01-01' },
          { company_id, item_id: items[0] ?? 0, floor_price_micro: 3_000_000, valid_from: '2026-09-01' },
          { company_id, item_id: items[1] ?? 0, floor_price_micro: 1_000_000, valid_from: '2026-01-01' },
        ])
        .execute();
      await db()
        .insertInto('kpi_target')
        .values({ company_id, kpi: 'fill_rate_line', from_month: 202601, target: 9500 })
        .execute();
      const change = async (subject: string, line: Partial<RuleLine>, effective_on = TODAY) => {
        const sent = draft([{ ...NO_KEY, ...line }], { subject, effective_on });
        expect(await push('finance', sent)).toEqual(['accepted']);
        expect(await push('controller', decide(sent, 'finance'))).toEqual(['accepted']);
      };
      const { priority: _priority, ...same } = rule;
      await change('channel_rule', {
        channel_id: channels[0],
        before: rule,
        after: { ...same, priority: 1, owner: 'finance' },
      });
      const item_id = items[0] ?? 0;
      await change('price_floor', {
        item_id,
        before: { floor_price_micro: 1_000_000, owner: null },
        after: { floor_price_micro: 2_000_000, owner: 'finance' },
      });
      await change('price_floor', {
        item_id: items[1] ?? 0,
        before: { floor_price_micro: 1_000_000, owner: null },
        after: null,
      });
      await db()
        .insertInto('channel_fee')
        .values({
          company_id,
          channel_id: channels[0] ?? 0,
          name: 'Portal',
          rate_bp: 700,
          valid_from: '2026-01-01',
          owner: 'finance',
        })
        .execute();
      await change('channel_fee', {
        channel_id: channels[0],
        name: 'Portal',
        before: { rate_bp: 700, owner: 'finance' },
        after: { rate_bp: 800, owner: 'finance' },
      });
      await change('list_price', {
        item_id,
        before: null,
        after: { list_price_micro: 4_000_000, owner: 'finance' },
      });
      await change(
        'kpi_target',
        { kpi: 'fill_rate_line', before: { target: 9500, owner: null }, after: { target: 9700, owner: 'finance' } },
        '2026-06-01',
      );
      running.time.now_ms += 5 * DAY_MS;
      await runJob();
      expect(
        await db()
          .selectFrom('channel_rule')
          .select(['priority', 'max_discount_bp', 'valid_from', 'valid_to', 'owner'])
          .orderBy('valid_to')
          .execute(),
      ).toEqual([
        { priority: 2, max_discount_bp: 300, valid_from: null, valid_to: '2026-05-27', owner: null },
        { priority: 1, max_discount_bp: 300, valid_from: TODAY, valid_to: null, owner: 'finance' },
      ]);
      expect(
        await db()
          .selectFrom('price_floor')
          .select(['floor_price_micro', 'valid_from', 'valid_to'])
          .orderBy('item_id')
          .orderBy('valid_from')
          .execute(),
      ).toEqual([
        { floor_price_micro: 1_000_000, valid_from: '2026-01-01', valid_to: '2026-05-27' },
        { floor_price_micro: 2_000_000, valid_from: TODAY, valid_to: '2026-08-31' },
        { floor_price_micro: 3_000_000, valid_from: '2026-09-01', valid_to: null },
        { floor_price_micro: 1_000_000, valid_from: '2026-01-01', valid_to: '2026-05-27' },
      ]);
      expect(
        await db()
          .selectFrom('channel_fee')
          .select(['name', 'rate_bp', 'valid_from', 'valid_to'])
          .orderBy('valid_from')
          .execute(),
      ).toEqual([
        { name: 'Portal', rate_bp: 700, valid_from: '2026-01-01', valid_to: '2026-05-27' },
        { name: 'Portal', rate_bp: 800, valid_from: TODAY, valid_to: null },
      ]);
      expect(
        await db().selectFrom('price_rule').select(['list_price_micro', 'max_discount_bp', 'owner']).execute(),
      ).toEqual([{ list_price_micro: 4_000_000, max_discount_bp: null, owner: 'finance' }]);
      expect(
        await db().selectFrom('kpi_target').select(['from_month', 'target']).orderBy('from_month').execute(),
      ).toEqual([
        { from_month: 202601, target: 9500 },
        { from_month: 202606, target: 9700 },
      ]);
      // a change of floors is made of cost: it reaches nobody who sees none
      const sales = await running.replica('sales');
      await sales.sync();
      expect(sales.rows('rule_change_cost')).toEqual([]);
      expect(sales.received).not.toContain('floor_price_micro');
      expect(sales.rows('rule_change').length).toBe(3);
      const counter = await running.replica('counter');
      await counter.sync();
      expect(counter.rows('rule_change')).toEqual([]);
    });
  });
});
