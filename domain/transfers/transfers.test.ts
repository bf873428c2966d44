import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isoDate } from '../calendar.ts';
import { calendarOf } from '../planning/buyingCalendar.ts';
import { isTheirs, mayRequest, mayTakeStep, type StepQuestion } from './rules.ts';
import { type GivingPosition, surplusMilli } from './surplus.ts';
import {
  APPROVED_DAYS,
  arrivalOn,
  leadsBack,
  type Move,
  REQUEST_DAYS,
  TRANSFER_STATE_NAMES,
  TRANSFER_STATES,
  TRANSFER_STEPS,
  type TransferEvent,
  type TransferStep,
  transferCounts,
  transferStanding,
} from './transfer.ts';

const TODAY = 20_784;
const said = (step: TransferStep, more: Partial<TransferEvent> = {}): TransferEvent => ({
  step,
  qty_milli: 40_000,
  due_on: TODAY + 2,
  reason: null,
  author: 'planner',
  at_ms: 0,
  said_on: TODAY,
  ...more,
});
const standing = (events: readonly TransferEvent[], on = TODAY) => {
  const found = transferStanding(events, on);
  if (!found) throw new Error('it was asked for');
  return found;
};

describe('a transfer', () => {
  test('counts for nothing as a request, is held back once given, and under way once sent off', () => {
    const asked = [said('requested')];
    expect(transferStanding([], TODAY)).toBeNull();
    expect(standing(asked)).toMatchObject({ state: 'requested', qty_milli: 40_000, until_on: TODAY + REQUEST_DAYS });
    expect(transferCounts(standing(asked), TODAY, null)).toEqual({ leaves: null, comes: null });

    const given = [...asked, said('approved', { qty_milli: 30_000 })];
    expect(transferCounts(standing(given), TODAY, null)).toEqual({
      leaves: { on: TODAY, qty_milli: 30_000 },
      comes: { on: TODAY + 2, qty_milli: 30_000 },
    });
    const sent = [...given, said('dispatched', { qty_milli: 28_000 })];
    expect(transferCounts(standing(sent), TODAY + 9, null)).toEqual({
      leaves: null,
      comes: { on: TODAY + 9, qty_milli: 28_000 },
    });
    const arrived = [...sent, said('received', { qty_milli: 27_000 })];
    expect(standing(arrived)).toMatchObject({ state: 'received', qty_milli: 27_000 });
    expect(transferCounts(standing(arrived), TODAY, null)).toEqual({ leaves: null, comes: null });
  });

  test('is taken in on a day on which the site takes goods in, however it is sent and however late it is', () => {
    // taken in on Mondays but the next, in three days; after fifteen on any day
    const closed = { receives_on: 'mon', closed_on: isoDate(TODAY + 3), orders_on: null };
    const receiving = calendarOf(
      { supplier: [], site: [{ ...closed, valid_from: null, valid_to: TODAY + 15 }] },
      TODAY,
    );
    const days = [0, 3, 10, 11, 16].map((way) => arrivalOn(receiving, TODAY, way) - TODAY);
    expect(days).toEqual([10, 10, 10, 16, 16]);
    expect(arrivalOn(null, TODAY, 3)).toBe(TODAY + 3);
    const given = standing([said('requested'), said('approved', { qty_milli: 30_000 })]);
    expect(transferCounts(given, TODAY, receiving)).toEqual({
      leaves: { on: TODAY, qty_milli: 30_000 },
      comes: { on: TODAY + 10, qty_milli: 30_000 },
    });
    const late = standing([said('requested'), said('approved'), said('dispatched', { due_on: TODAY - 3 })]);
    expect(transferCounts(late, TODAY, receiving).comes?.on).toBe(TODAY + 10);
  });

  test('ends by itself when nobody goes on with it, but never once it is under way', () => {
    const asked = [said('requested')];
    expect(standing(asked, TODAY + REQUEST_DAYS).state).toBe('requested');
    expect(standing(asked, TODAY + REQUEST_DAYS + 1)).toMatchObject({ state: 'expired', qty_milli: 0 });
    const given = [...asked, said('approved', { said_on: TODAY + 3 })];
    expect(standing(given, TODAY + 3 + APPROVED_DAYS).state).toBe('approved');
    expect(standing(given, TODAY + 4 + APPROVED_DAYS).state).toBe('expired');
    expect(standing([...given, said('dispatched')], TODAY + 900).state).toBe('in_transit');
  });

  test('whatever was said: what leaves one site is what comes to the other, until it is sent off', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom(...TRANSFER_STEPS), fc.integer({ min: 1, max: 90_000 })), {
      maxLength: 9,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 40 }), (chosen, later) => {
        const events = [said('requested'), ...chosen.map(([step, qty_milli]) => said(step, { qty_milli }))];
        const at = standing(events, TODAY + later);
        const { leaves, comes } = transferCounts(at, TODAY + later, null);
        if (leaves !== null) expect(leaves.qty_milli).toBe(comes?.qty_milli);
        if (comes !== null) expect(comes.qty_milli).toBe(at.qty_milli);
        expect(comes !== null).toBe(at.state === 'approved' || at.state === 'in_transit');
      }),
    );
  });
});

describe('the surplus of a giving site', () => {
  const giver: GivingPosition = {
    on_hand_qty_milli: 400_000,
    asked_qty_milli: 200_000,
    on_order_qty_milli: 0,
    reorder_qty_milli: 120_000,
  };
  test('is what lies there above what is asked of it and above its reorder point', () => {
    expect(surplusMilli(giver)).toBe(79_000);
    expect(surplusMilli({ ...giver, on_order_qty_milli: 500_000 })).toBe(200_000);
    expect(surplusMilli({ ...giver, reorder_qty_milli: null })).toBe(200_000);
    expect(surplusMilli({ ...giver, asked_qty_milli: 500_000 })).toBe(0);
  });

  const position = fc.record({
    on_hand_qty_milli: fc.integer({ min: -500_000, max: 900_000 }),
    asked_qty_milli: fc.integer({ min: 0, max: 900_000 }),
    on_order_qty_milli: fc.integer({ min: 0, max: 900_000 }),
    reorder_qty_milli: fc.option(fc.integer({ min: 0, max: 500_000 })),
  });
  test('given away whole it leaves the site above its own need: it orders nothing it did not order before', () => {
    fc.assert(
      fc.property(position, (own) => {
        const given = surplusMilli(own);
        if (given === 0) return;
        const after = own.on_hand_qty_milli - given;
        expect(after).toBeGreaterThanOrEqual(own.asked_qty_milli);
        if (own.reorder_qty_milli !== null) {
          expect(after + own.on_order_qty_milli - own.asked_qty_milli).toBeGreaterThan(own.reorder_qty_milli);
        }
        // nothing is left to give a second time
        expect(surplusMilli({ ...own, asked_qty_milli: own.asked_qty_milli + given })).toBe(0);
      }),
    );
  });
  test('never falls when more lies there or comes, nor rises when more is asked', () => {
    fc.assert(
      fc.property(position, fc.integer({ min: 0, max: 100_000 }), (own, more) => {
        const given = surplusMilli(own);
        expect(surplusMilli({ ...own, on_hand_qty_milli: own.on_hand_qty_milli + more })).toBeGreaterThanOrEqual(given);
        expect(surplusMilli({ ...own, on_order_qty_milli: own.on_order_qty_milli + more })).toBeGreaterThanOrEqual(
          given,
        );
        expect(surplusMilli({ ...own, asked_qty_milli: own.asked_qty_milli + more })).toBeLessThanOrEqual(given);
      }),
    );
  });
});

describe('goods that would come back', () => {
  const move = (from_site_id: number, to_site_id: number): Move => ({ from_site_id, to_site_id });
  test('are found over however many sites', () => {
    expect(leadsBack([], move(1, 2))).toBe(false);
    expect(leadsBack([move(2, 1)], move(1, 2))).toBe(true);
    expect(leadsBack([move(2, 3), move(3, 1)], move(1, 2))).toBe(true);
    expect(leadsBack([move(1, 3), move(2, 3)], move(1, 2))).toBe(false);
    expect(leadsBack([move(1, 2)], move(1, 2))).toBe(false);
  });
  test('whatever is let through in turn, no way ever leads from a site back to it', () => {
    const moves = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })), { maxLength: 14 });
    fc.assert(
      fc.property(moves, (asked) => {
        const taken: Move[] = [];
        for (const [from, to] of asked) {
          if (from !== to && !leadsBack(taken, move(from, to))) taken.push(move(from, to));
        }
        for (const { from_site_id, to_site_id } of taken) {
          expect(leadsBack(taken, move(from_site_id, to_site_id))).toBe(false);
        }
      }),
    );
  });
});

describe('who may take a step', () => {
  const way: Move = { from_site_id: 1, to_site_id: 2 };
  const transfer = (...steps: readonly TransferEvent[]): StepQuestion['transfer'] => {
    const events = [said('requested'), ...steps];
    return { ...way, standing: standing(events), last: events.at(-1) ?? said('requested') };
  };
  const question: StepQuestion = {
    step: 'approved',
    user_name: 'warehouse',
    permits: () => true,
    transfer: transfer(),
    qty_milli: 40_000,
    reason: null,
  };
  test('who plans for the receiving site asks and takes back, the giving one answers and sends off, either calls off', () => {
    const steps = (permission: string, site_id: number) =>
      TRANSFER_STEPS.filter((step) => isTheirs(step, way, (held, at) => held === permission && at === site_id));
    expect(steps('plan', 1)).toEqual([]);
    expect(steps('plan', 2)).toEqual(['requested', 'withdrawn', 'cancelled']);
    expect(steps('move_goods', 1)).toEqual(['approved', 'refused', 'cancelled', 'dispatched']);
    expect(steps('move_goods', 2)).toEqual(['received']);
  });
  test('nobody answers what they asked for, and a part may be given but never more', () => {
    expect(mayTakeStep(question)).toEqual({ ok: true });
    expect(mayTakeStep({ ...question, qty_milli: 10_000 })).toEqual({ ok: true });
    expect(mayTakeStep({ ...question, qty_milli: 40_001 })).toMatchObject({ code: 'too_much' });
    expect(mayTakeStep({ ...question, permits: () => false })).toMatchObject({ code: 'not_permitted' });
    for (const step of ['approved', 'refused'] as const) {
      expect(mayTakeStep({ ...question, step, user_name: 'planner' })).toMatchObject({ code: 'own_request' });
    }
    // who asked may take it back, and may send off what another gave
    expect(mayTakeStep({ ...question, step: 'withdrawn', user_name: 'planner' })).toEqual({ ok: true });
    const given = { ...question, step: 'dispatched', transfer: transfer(said('approved')) } as const;
    expect(mayTakeStep({ ...given, user_name: 'planner' })).toEqual({ ok: true });
  });
  test('a step that was taken, or whose turn it is not, is a conflict that says how it stands', () => {
    const approved = transfer(said('approved', { author: 'buyer' }));
    expect(mayTakeStep({ ...question, transfer: approved })).toEqual({
      ok: false,
      outcome: 'conflict',
      code: 'not_waiting',
      message: 'It is approved and not sent off yet. Last word: buyer.',
    });
    expect(mayTakeStep({ ...question, step: 'dispatched' })).toMatchObject({ outcome: 'conflict' });
    expect(mayTakeStep({ ...question, step: 'received', transfer: approved })).toMatchObject({ outcome: 'conflict' });
    const requested = said('requested');
    const expired = { ...way, standing: standing([requested], TODAY + REQUEST_DAYS + 1), last: requested };
    expect(mayTakeStep({ ...question, transfer: expired })).toMatchObject({
      message: 'Nobody went on with it in time: it expired. Ask anew.',
    });
  });
  test('less may arrive than was sent off, even nothing, when it is said why', () => {
    const sent = transfer(said('approved'), said('dispatched', { qty_milli: 30_000 }));
    const taken = { ...question, step: 'received', transfer: sent, qty_milli: 30_000 } as const;
    expect(mayTakeStep(taken)).toEqual({ ok: true });
    for (const qty_milli of [29_000, 0]) {
      expect(mayTakeStep({ ...taken, qty_milli })).toMatchObject({ outcome: 'rejected', code: 'say_why' });
      expect(mayTakeStep({ ...taken, qty_milli, reason: 'Broken' })).toEqual({ ok: true });
    }
    expect(mayTakeStep({ ...taken, qty_milli: 30_001 })).toMatchObject({ code: 'too_much' });
  });
  test('one request a way and item at a time, and none that leads back', () => {
    const asked = { may: true, open_by: null, leads_back: false };
    expect(mayRequest(asked)).toEqual({ ok: true });
    expect(mayRequest({ ...asked, may: false })).toMatchObject({ code: 'not_permitted' });
    expect(mayRequest({ ...asked, open_by: 'buyer' })).toMatchObject({ outcome: 'conflict', code: 'asked_already' });
    expect(mayRequest({ ...asked, leads_back: true })).toMatchObject({ outcome: 'rejected', code: 'leads_back' });
  });
});

test('each state has a name of its own, so that a column narrowed by it shows one', () => {
  const names = TRANSFER_STATES.map((state) => TRANSFER_STATE_NAMES[state]);
  expect(new Set(names).size).toBe(TRANSFER_STATES.length);
});
