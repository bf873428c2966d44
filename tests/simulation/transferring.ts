/**
 * What goes between the two sites: asked for, given or refused by somebody else, sent off, taken in, called off. Of goods
 * nothing else moves here, so that what lies at a site follows from the transfers alone.
 */
import { isoDate } from '#domain/calendar.ts';
import type { Machine } from './machine.ts';
import type { Making } from './people.ts';
import type { Random } from './random.ts';
import { COMPANY, MOVED_ITEMS, SITES, tag } from './world.ts';

type Said = readonly [transfer_id: string, qty_milli: number, author: string];

/** Transfers of which the last word here is this step, waiting words counted in. */
function after(machine: Machine, step: string, ...next: readonly string[]): readonly Said[] {
  const followed = next.map((each) => `'${each}'`).join(', ');
  return (
    machine.look((all) =>
      all<Said>(
        `SELECT t.transfer_id, t.qty_milli, t.author FROM v_transfer_event t
         WHERE t.step = ? AND t.site_id = t.from_site_id AND NOT EXISTS
           (SELECT 1 FROM v_transfer_event n WHERE n.transfer_id = t.transfer_id AND n.step IN (${followed}))
         ORDER BY t.transfer_id`,
        step,
      ),
    ) ?? []
  );
}

/** Mostly all of it, now and then a part, seldom more than there is to give. */
function partOf(random: Random, qty_milli: number): number {
  if (random.chance(0.5)) return qty_milli;
  return random.chance(0.15) ? qty_milli + 1000 : 1000 * (1 + random.below(Math.max(1, qty_milli / 1000)));
}

const asks: Making = (machine, random, words) => {
  const asked = new Map<string, object>();
  for (let count = 1 + random.below(2); count > 0; count--) {
    const item_id = random.pick(MOVED_ITEMS);
    const [from_site_id, to_site_id] = random.chance(0.5) ? SITES : [SITES[1], SITES[0]];
    asked.set(`${item_id} ${from_site_id}`, {
      item_id,
      from_site_id,
      to_site_id,
      qty_milli: 1000 * (1 + random.below(9)),
      wanted_on: random.chance(0.5) ? isoDate(Math.floor(machine.clock() / 86_400_000) + 5) : null,
      reason: `${words} ${count} ${tag('g')}`,
      decision_id: null,
    });
  }
  return { command: 'requestTransfers', args: { company_id: COMPANY, transfers: [...asked.values()] } };
};

const answers: Making = (machine, random, words) => {
  const waiting = after(machine, 'requested', 'approved', 'refused', 'withdrawn');
  if (waiting.length === 0) return undefined;
  // one of their own now and then, which the rule has to see
  const others = waiting.filter(([, , author]) => author !== machine.user_name);
  const first = random.pick(others.length > 0 && random.chance(0.9) ? others : waiting);
  const chosen = new Map([
    [first[0], first],
    ...(random.chance(0.3) ? waiting.map((each) => [each[0], each] as const) : []),
  ]);
  const verdict = random.chance(0.8) ? 'approved' : 'refused';
  return {
    command: 'answerTransfers',
    args: {
      company_id: COMPANY,
      verdict,
      transfers: [...chosen.values()].map(([transfer_id, qty_milli]) => ({
        transfer_id,
        qty_milli: partOf(random, qty_milli),
      })),
      reason: verdict === 'refused' || random.chance(0.3) ? `${words} ${tag('g')}` : null,
    },
  };
};

const moves: Making = (machine, random, words) => {
  const given = after(machine, 'approved', 'dispatched', 'cancelled');
  const underWay = after(machine, 'dispatched', 'received');
  const step = underWay.length > 0 && random.chance(0.6) ? 'received' : 'dispatched';
  const ready = step === 'received' ? underWay : given;
  if (ready.length === 0) return undefined;
  const [transfer_id, qty_milli] = random.pick(ready);
  const moved = step === 'received' && random.chance(0.1) ? 0 : partOf(random, qty_milli);
  return {
    command: 'moveTransfer',
    args: {
      company_id: COMPANY,
      transfer_id,
      step,
      qty_milli: moved,
      // who does not say why less arrived is told to
      reason: moved < qty_milli && random.chance(0.9) ? `${words} ${tag('g')}` : null,
    },
  };
};

const ends: Making = (machine, random, words) => {
  const step = random.pick(['withdrawn', 'cancelled'] as const);
  const ready =
    step === 'withdrawn'
      ? after(machine, 'requested', 'approved', 'refused', 'withdrawn')
      : after(machine, 'approved', 'dispatched', 'cancelled');
  if (ready.length === 0) return undefined;
  const [transfer_id] = random.pick(ready);
  return { command: 'endTransfer', args: { company_id: COMPANY, transfer_id, step, reason: `${words} ${tag('g')}` } };
};

/** What waits is answered, and nothing else is done with goods. */
export const GIVING: readonly Making[] = [answers];
/** What was given is sent off and taken in. */
export const MOVING: readonly Making[] = [moves];
export const TRANSFERRING: readonly Making[] = [asks, asks, answers, answers, answers, moves, moves, moves, ends];
