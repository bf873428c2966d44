import { afterEach, beforeEach, expect, test } from 'vitest';
import { COMMANDS } from '#contract/commands.ts';
import { COMPANY, day, insertReference } from '#db/queries/testing/golden.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { predict, type PredictContext } from './predict.ts';

const MADE_AT_MS = Date.UTC(2026, 10, 5, 9);
const STANDING = '11111111-1111-4111-8111-111111111111';

let replica: TestReplica;
beforeEach(() => {
  replica = createTestReplica();
  insertReference(replica);
});
afterEach(() => replica.close());

const context = (role = 'planner', made_at_ms = MADE_AT_MS): PredictContext => ({
  reader: replica.reader,
  user: replica.context({ role }).user,
  device: 'desk',
  hasEvidence: () => false,
  mutation_id: '22222222-2222-4222-8222-222222222222',
  made_at_ms,
});
const override = (more: object = {}, role?: string, made_at_ms?: number) =>
  predict(
    context(role, made_at_ms),
    'overrideForecast',
    COMMANDS.overrideForecast.args.parse({
      item_id: 100,
      site_id: 21,
      from_month: 202612,
      to_month: 202612,
      qty_milli: 5000,
      factor_bp: null,
      reason: 'A project',
      expires_on: '2026-12-31',
      replaces: null,
      ...more,
    }),
  );
function insertStanding(): void {
  replica.insert('forecast_override', [
    {
      id: STANDING,
      company_id: COMPANY,
      site_id: 21,
      item_id: 100,
      kind: 'set',
      from_month: 202612,
      to_month: 202701,
      qty_milli: 1000,
      factor_bp: null,
      reason: 'Mine first',
      expires_on: day('2026-12-31'),
      author: 'ann',
      accepted_at: MADE_AT_MS - 1,
    },
  ]);
}

test('an override is told as the row it will be, in the lane of its item and site', () => {
  const { lane, title, effects } = override();
  expect([lane, title]).toEqual(['forecast:100:21', 'Override the forecast of FA-0840 at RTM']);
  const place = [COMPANY, 21, 100];
  const figures = [202612, 202612, 5000, null, 'A project', day('2026-12-31')];
  const image = [...place, 'set', null, ...figures, 'tester', MADE_AT_MS, MADE_AT_MS];
  expect(effects).toEqual([{ tbl: 'forecast_override', pk: context().mutation_id, image }]);
});

test('who overrode these months first is known here already: it is a conflict until that override is named', () => {
  insertStanding();
  expect(() => override()).toThrow(expect.objectContaining({ code: 'conflict' }));
  expect(() => override()).toThrow(/^ann overrode these months/);
  expect(override({ replaces: STANDING }).effects).toHaveLength(1);
  const withdrawal = COMMANDS.withdrawOverride.args.parse({
    item_id: 100,
    site_id: 21,
    override_id: STANDING,
    reason: 'No longer',
  });
  const { effects } = predict(context(), 'withdrawOverride', withdrawal);
  expect(effects[0]?.image.slice(3, 9)).toEqual(['withdrawn', STANDING, 202612, 202701, null, null]);
});

test('what the server would refuse is refused before it is queued', () => {
  expect(() => override({}, 'sales')).toThrow(expect.objectContaining({ code: 'not_permitted' }));
  expect(() => override({ item_id: 7 })).toThrow(expect.objectContaining({ code: 'not_found' }));
  expect(() => override({ site_id: 7 })).toThrow(expect.objectContaining({ code: 'not_found' }));
  expect(() => override({ from_month: 202609, to_month: 202610 })).toThrow(
    expect.objectContaining({ code: 'bad_arguments' }),
  );
});

test('a day is the company’s, as it is at the server', () => {
  const late_evening = Date.UTC(2026, 10, 5, 23, 30);
  const made = (expires_on: string) => override({ expires_on }, 'planner', late_evening);
  // in Amsterdam the 6th has begun
  expect(() => made('2026-11-05')).toThrow(expect.objectContaining({ code: 'bad_arguments' }));
  expect(made('2026-11-06').effects).toHaveLength(1);
});
