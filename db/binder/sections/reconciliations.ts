/** Every reconciled account: ledger, documents, difference, and each item with its cause, documents, age and words. */
import { isoDate } from '#domain/calendar.ts';
import { monthInWords } from '#domain/calendarWords.ts';
import type { Allocation } from '#domain/close/journal/allocation.ts';
import { entryFor, type KnownProposal, type StandingItem } from '#domain/close/journal/books.ts';
import type { JournalInputs } from '#domain/close/journal/entry.ts';
import { STATE_WORDS } from '#domain/close/journal/steps.ts';
import { CAUSE_WORDS, isCause } from '#domain/close/reconcile/causes.ts';
import { missingWords } from '#domain/close/reconcile/missingFacts.ts';
import { unmappedWords } from '#domain/close/journalKinds.ts';
import { type RebateThresholds, thresholdWords } from '#domain/close/reconcile/thresholdWords.ts';
import { type UnknownCosts, unknownCostWords } from '#domain/close/reconcile/unknownCosts.ts';
import { leftOutWords } from '#domain/close/reconcile/plan.ts';
import { accountsInWords, taskAccounts } from '#domain/close/taskAccounts.ts';
import { minorDigits } from '#domain/money.ts';
import { date, decimal, integer, text } from '#db/exports/table.ts';
import { documentKey, itemDocuments, type NamedDocument } from '#db/queries/close/itemDocuments.ts';
import { unmappedJournals } from '#db/queries/ledger/journals.ts';
import { rebateThresholds } from '#db/queries/close/rebateThresholds.ts';
import { unknownCosts } from '#db/queries/close/unknownCosts.ts';
import type { TableRow } from '#db/schema/tables.ts';
import { moneyText } from '../cells.ts';
import { type BinderGround, type BinderSection, binderTable, fileWord, type MakeSection } from '../section.ts';
import { costProposalsElsewhere, periodProposals, periodTasks, type StandingProposal } from '../standing.ts';
import { type AllocatedCost, allocationTables } from './allocations.ts';

interface Reconciled {
  readonly task: TableRow<'close_task'>;
  readonly computed: TableRow<'reconciliation'>;
  readonly items: readonly Item[];
  readonly lines: readonly TableRow<'close_task_line'>[];
  readonly costs: readonly AllocatedCost[];
  readonly unmapped: readonly string[];
  readonly unknown: UnknownCosts | null;
  readonly thresholds: RebateThresholds | null;
}
interface Item {
  readonly ref: string;
  readonly account: string | null;
  readonly cause: string;
  readonly amount_minor: number;
  readonly arose_on: string;
  readonly origin: string;
  readonly age_days: number;
  readonly settles_on: string | null;
  readonly documents: string;
  readonly words: string | null;
  readonly said_by: string | null;
}

export const reconciliationsSection: MakeSection = async (ground) => {
  const { currency } = ground.company;
  const places = minorDigits(currency);
  const entryOf = await entriesOf(ground);
  const reconciled: Reconciled[] = [];
  for (const task of await periodTasks(ground.context, ground.period.id)) {
    ground.context.checkCancelled();
    const one = await reconciledTask(ground, task, entryOf);
    if (one) reconciled.push(one);
  }
  const explained = ({ items }: Reconciled) =>
    items.reduce((sum, { words, amount_minor }) => (words === null ? sum : sum + amount_minor), 0);
  return {
    title: 'Reconciliations',
    words: ['Ledger less documents is the difference; its items say, each with its cause, what it is made of.'],
    facts: [],
    tables: [
      binderTable<Reconciled>(
        { id: 'reconciliations', title: 'All accounts', empty: 'No account is reconciled.' },
        [
          text('code', 'Task', (row) => row.task.code, 14),
          text('title', 'Title', (row) => row.task.title, 30),
          text('account', 'Account', (row) => row.task.account, 10),
          decimal('ledger', `Ledger, ${currency}`, places, (row) => row.computed.ledger_minor),
          decimal('documents', `Documents, ${currency}`, places, (row) => row.computed.subledger_minor),
          {
            ...decimal<Reconciled>(
              'difference',
              `Difference, ${currency}`,
              places,
              (row) => row.computed.difference_minor,
            ),
            difference: ['ledger', 'documents'] as const,
          },
          integer('items', 'Items', (row) => row.items.length),
          decimal('explained', `With words, ${currency}`, places, explained),
          decimal('threshold', `Threshold, ${currency}`, places, (row) => row.computed.threshold_minor),
        ],
        reconciled,
      ),
    ],
    sections: reconciled.map((one) => accountSection(one, currency, ground.period.period)),
  };
};

function accountSection(
  { task, computed, items, lines, costs, unmapped, unknown, thresholds }: Reconciled,
  currency: string,
  month: number,
): BinderSection {
  const places = minorDigits(currency);
  const money = (minor: number): string => moneyText(minor, currency);
  const word = fileWord(task.code);
  const accounts = accountsInWords(taskAccounts(task.account, lines));
  return {
    title: accounts === '' ? task.title : `${task.title} (${accounts})`,
    words: [
      ...missingWords(task.code, items, month),
      leftOutWords(task.code, currency),
      unmappedWords(unmapped),
      ...unknownCostWords(task.code, unknown, month, money),
      ...thresholdWords(thresholds, money),
    ].filter((words) => words !== null),
    facts: [
      ['Ledger', moneyText(computed.ledger_minor, currency)],
      ['Documents', moneyText(computed.subledger_minor, currency)],
      ['Difference', moneyText(computed.difference_minor, currency)],
      ['Threshold', moneyText(computed.threshold_minor, currency)],
    ],
    tables: [
      binderTable<Item>(
        { id: `items-${word}`, title: 'Items', empty: 'Ledger and documents agree: there are no items.' },
        [
          text('ref', 'Reference', (row) => row.ref, 16),
          text('account', 'Account', (row) => row.account, 9),
          text('cause', 'Cause', (row) => row.cause, 18),
          {
            ...decimal<Item>('amount', `Amount, ${currency}`, places, (row) => row.amount_minor),
            total: 'sum' as const,
          },
          date('arose', 'Arose', (row) => row.arose_on),
          text('origin', 'Of', (row) => row.origin, 14),
          integer('age', 'Days', (row) => row.age_days),
          date('settles', 'Settles', (row) => row.settles_on),
          text('documents', 'Documents', (row) => row.documents, 34),
          text('words', 'Words', (row) => row.words, 30),
          text('by', 'By', (row) => row.said_by, 10),
        ],
        items,
      ),
      ...allocationTables(costs, word, currency),
      binderTable<TableRow<'close_task_line'>>(
        { id: `lines-${word}`, title: 'Lines of both sides', shown: 'rows' },
        [
          text('side', 'Side', (row) => row.side),
          text('ref', 'Reference', (row) => row.ref),
          text('account', 'Account', (row) => row.account),
          date('booked', 'Booked on', (row) => isoDate(row.booked_on)),
          decimal('amount', `Amount, ${currency}`, places, (row) => row.amount_minor),
          text('currency', 'Currency', (row) => row.currency),
          text('explanation', 'Words', (row) => row.explanation),
          integer('id', 'Line id', (row) => row.id),
        ],
        lines,
      ),
    ],
  };
}

type EntryOf = (item: StandingItem) => string | null;

/** 'JP-202610-1A2B3C4D, exported': of a cost the entry that stands for it, as it stood then. */
async function entriesOf({ context, period, until_ms }: BinderGround): Promise<EntryOf> {
  const known = ({ proposal, standing }: StandingProposal): KnownProposal => ({
    id: proposal.id,
    reference: proposal.reference,
    inputs: JSON.parse(proposal.inputs) as JournalInputs,
    standing,
  });
  const proposals = (await periodProposals(context, period.id, until_ms)).map(known);
  const elsewhere = (await costProposalsElsewhere(context, period, until_ms)).map(known);
  const cut_off_on = isoDate(period.cut_off_on);
  return (item) => {
    const entry = entryFor(item, { proposals, elsewhere, cut_off_on });
    return entry ? `${entry.reference}, ${STATE_WORDS[entry.standing.state]}` : null;
  };
}

async function reconciledTask(
  { context, company, period }: BinderGround,
  task: TableRow<'close_task'>,
  entryOf: EntryOf,
): Promise<Reconciled | null> {
  const { db } = context;
  const computed = await db.selectFrom('reconciliation').selectAll().where('id', '=', task.id).executeTakeFirst();
  const lines = await db
    .selectFrom('close_task_line')
    .selectAll()
    .where('task_id', '=', task.id)
    .orderBy('id')
    .execute();
  if (!computed) return null;
  const byId = new Map(lines.map((line) => [line.id, line]));
  const rows = await db
    .selectFrom('rec_item')
    .selectAll()
    .where('task_id', '=', task.id)
    .orderBy('arose_on')
    .orderBy('id')
    .execute();
  const words = await db
    .selectFrom('item_explanation')
    .selectAll()
    .where('task_id', '=', task.id)
    .orderBy('accepted_at')
    .orderBy('id')
    .execute();
  const said = new Map(words.map((each) => [each.line_id, each]));
  const named = rows.map((row) => JSON.parse(row.documents) as readonly NamedDocument[]);
  const documents = await itemDocuments(context, named.flat());
  const costs: AllocatedCost[] = [];
  const items = rows.map((row, nth): Item => {
    const line = byId.get(row.id);
    const ref = line?.ref ?? '';
    const amount_minor = line?.amount_minor ?? 0;
    const arose_on = isoDate(row.arose_on);
    const allocation = row.allocation === null ? null : (JSON.parse(row.allocation) as Allocation);
    if (allocation !== null) {
      const entry = entryOf({ line_id: row.id, role: row.role, ref, amount_minor, arose_on, allocation });
      costs.push({ ref, allocation, entry });
    }
    const explanation = line?.explanation ?? null;
    const newest = said.get(row.id);
    return {
      ref,
      account: line?.account ?? null,
      cause: isCause(row.cause) ? CAUSE_WORDS[row.cause] : row.cause,
      amount_minor,
      arose_on,
      origin: monthInWords(row.origin_period),
      age_days: row.age_days,
      settles_on: row.settles_on === null ? null : isoDate(row.settles_on),
      documents: (named[nth] ?? [])
        .map((document) => {
          const { kind, ref } = document;
          const found = documents.get(documentKey(document));
          const own = found?.own ?? null;
          const about = [found?.about, own && moneyText(own.amount_minor, own.currency)].filter(Boolean).join(', ');
          return `${kind.replaceAll('_', ' ')} ${ref}${about === '' ? '' : ` (${about})`}`;
        })
        .join('; '),
      words: explanation,
      said_by: explanation !== null && newest?.explanation === explanation ? newest.author : null,
    };
  });
  const months = [period.period, ...rows.map(({ origin_period }) => origin_period)];
  const unmapped = await unmappedJournals(context, company.id, task.code, months);
  const unknown = await unknownCosts(context, company.id, task.code, period.period);
  const thresholds = await rebateThresholds(context, company.id, task.code, period.period);
  return { task, computed, items, lines, costs, unmapped, unknown, thresholds };
}
