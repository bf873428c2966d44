/** Entries proposed for the items of a close: proposed and renewed, worded and withdrawn, approved and refused by somebody else. */
import { type CopiedBooks, copiedBooks } from '#db/close/journal.ts';
import type { Machine } from './machine.ts';
import type { Making } from './people.ts';
import { CLOSED_PERIOD, tag } from './world.ts';

function booksOn(machine: Machine): CopiedBooks | undefined {
  return machine.look((all) => copiedBooks((sql, values) => all(sql, ...values), CLOSED_PERIOD, machine.clock()));
}

const proposes: Making = (machine, random, words) => {
  const books = booksOn(machine);
  if (!books || books.items.length === 0) return undefined;
  const item = random.pick(books.items);
  const before = books.proposals.findLast(
    ({ standing, inputs }) =>
      (standing.state === 'proposed' || standing.state === 'approved') &&
      inputs.items.some(({ line_id }) => line_id === item.line_id),
  );
  return {
    command: 'proposeJournal',
    args: {
      period_id: CLOSED_PERIOD,
      items: [{ line_id: item.line_id, amount_minor: item.shown_minor }],
      reverses: random.chance(0.5),
      words: `${words} ${tag('f')}`,
      // now and then over one that stands, and is told so
      renews_id: before && random.chance(0.7) ? before.id : null,
    },
  };
};

const changes: Making = (machine, random, words) => {
  const proposals = booksOn(machine)?.proposals ?? [];
  if (proposals.length === 0) return undefined;
  const { id, standing } = random.pick(proposals);
  const step = random.chance(0.6) ? 'reworded' : 'withdrawn';
  return {
    command: 'changeJournal',
    args: {
      period_id: CLOSED_PERIOD,
      proposal_id: id,
      step,
      words: `${words} ${tag('f')}`,
      seen_words: standing.words,
    },
  };
};

const decides: Making = (machine, random, words) => {
  // whoever may not is told so, now and then
  if (machine.user_name !== 'controller' && random.chance(0.7)) return undefined;
  const all = booksOn(machine)?.proposals ?? [];
  const open = all.filter(({ standing }) => standing.state === 'proposed');
  const among = open.length > 0 && random.chance(0.8) ? open : all;
  if (among.length === 0) return undefined;
  const { id, standing } = random.pick(among);
  const verdict = random.chance(0.6) ? 'approved' : 'refused';
  return {
    command: 'decideJournal',
    args: {
      period_id: CLOSED_PERIOD,
      proposal_id: id,
      verdict,
      reason: `${words} ${tag('f')}`,
      seen_words: standing.words,
    },
  };
};

export const PROPOSING: readonly Making[] = [proposes, changes, decides, decides];
