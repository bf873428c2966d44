/** What finance must look at: customers over their limit or long overdue, and the close. Only for those who see finance. */
import { sql } from 'kysely';
import { type ChangedSides, changedSides, type LineMoved, mostMovedMinor } from '#domain/close/changedSides.ts';
import { FLUX_TASK } from '#domain/close/flux/lines.ts';
import { exceptionKey } from '#domain/exceptions/exception.ts';
import { dayNumber } from '#domain/calendar.ts';
import type { CloseTaskView } from '#contract/queries.ts';
import type { TableRow } from '#db/schema/tables.ts';
import { tasksOfPeriod, withLocks } from '../close/closeTasks.ts';
import { PAID_OF_INVOICE, UNSETTLED_BY_PARTY, unsettledAsked } from '../credit/settled.ts';
import { type Finding, type FoundException, type FoundLine, partsOf } from './found.ts';

/** An invoice this long past due needs somebody, days; younger ones are the ordinary reminder's. */
export const OVERDUE_DAYS = 30;

interface OpenInvoice {
  readonly id: number;
  readonly party_id: number;
  readonly number: string;
  readonly order_id: number | null;
  readonly due_on: number;
  readonly open_minor: number;
}

export async function creditExceptions(finding: Finding): Promise<FoundException[]> {
  const { context, company, as_of_on } = finding;
  // in the order of the ids both are read once from end to end; added up beforehand, millions of payments fill the memory
  const rows = context
    .scan<
      readonly [
        id: number,
        party_id: number,
        number: string,
        order_id: number | null,
        due_on: number,
        open_minor: number,
      ]
    >(
      `SELECT id, party_id, number, order_id, due_on, open_minor FROM (
         SELECT i.*, i.amount_minor - ${PAID_OF_INVOICE} AS open_minor FROM main.invoice i NOT INDEXED
         WHERE i.company_id = ? AND i.kind = 'customer' AND i.posted_on <= ?)
       WHERE open_minor <> 0`,
      [as_of_on, company.id, as_of_on],
    )
    .map(
      ([id, party_id, number, order_id, due_on, open_minor]): OpenInvoice => ({
        id,
        party_id,
        number,
        order_id,
        due_on,
        open_minor,
      }),
    );
  const unmatched = new Map(
    context.scan<readonly [party_id: number, paid_minor: number]>(
      UNSETTLED_BY_PARTY,
      unsettledAsked(company.id, as_of_on),
    ),
  );
  const parties = new Map(
    (
      await context.db
        .selectFrom('party')
        .select(['id', 'name', 'credit_limit_minor', 'salesperson'])
        .where('company_id', '=', company.id)
        .where('kind', '=', 'customer')
        .execute()
    ).map((row) => [row.id, row]),
  );
  const found: FoundException[] = [];
  for (const [party_id, invoices] of Map.groupBy(rows, (row) => row.party_id)) {
    const party = parties.get(party_id);
    if (!party) continue;
    const open_minor = invoices.reduce((sum, row) => sum + row.open_minor, 0) - (unmatched.get(party_id) ?? 0);
    const overdue = invoices.filter((row) => row.open_minor > 0 && row.due_on <= as_of_on - OVERDUE_DAYS);
    const oldest_days = overdue.reduce((days, row) => Math.max(days, as_of_on - row.due_on), 0);
    const limit_minor = party.credit_limit_minor;
    const over_minor = limit_minor === null ? 0 : open_minor - limit_minor;
    if (over_minor <= 0 && overdue.length === 0) continue;
    const kind = over_minor > 0 ? 'over_credit_limit' : 'overdue_invoices';
    const lines = (kind === 'over_credit_limit' ? invoices : overdue)
      .toSorted((a, b) => a.due_on - b.due_on || a.id - b.id)
      .map(
        (row): FoundLine => ({
          part: 'overdue',
          order_id: row.order_id,
          number: row.number,
          party_id,
          channel_id: null,
          on: row.due_on,
          qty_milli: null,
          uom: null,
          amount_minor: row.open_minor,
        }),
      );
    // over the limit, only what is beyond it is at stake; its rows are the whole exposure
    const stake =
      kind === 'over_credit_limit'
        ? {
            stake_minor: over_minor,
            parts: [{ part: 'over_limit' as const, lines: invoices.length, amount_minor: over_minor }],
          }
        : partsOf(lines);
    found.push({
      key: exceptionKey(kind, party_id),
      facts: {
        kind,
        party_id,
        party: party.name,
        open_minor,
        limit_minor,
        oldest_days,
        invoices: kind === 'over_credit_limit' ? invoices.length : overdue.length,
      },
      severity: kind === 'over_credit_limit' ? 'bad' : 'warn',
      company_id: company.id,
      site_id: null,
      channel_id: null,
      ...stake,
      due_on: null,
      since_on: oldest_days > 0 ? as_of_on - oldest_days : null,
      owner: party.salesperson,
      lines,
      po_line_ids: [],
    });
  }
  return found;
}

export async function closeExceptions(finding: Finding): Promise<FoundException[]> {
  const { context, company } = finding;
  const periods = await context.db
    .selectFrom('close_period')
    .selectAll()
    .where('company_id', '=', company.id)
    .where('state', '<>', 'hard_locked')
    .execute();
  const found: FoundException[] = [];
  for (const period of periods) {
    const tasks = await tasksOfPeriod(context, await withLocks(context, period));
    const differences = await differencesOf(finding, period);
    const changes = await changesOf(finding, period);
    for (const task of tasks) {
      const moved = { difference_minor: differences.get(task.id) ?? 0, changed: changes.get(task.id) ?? UNCHANGED };
      const exception = taskException(finding, period, task, tasks, moved);
      if (exception) found.push(exception);
    }
  }
  return found;
}

/** Task → ledger less subledger. */
async function differencesOf({ context }: Finding, period: TableRow<'close_period'>): Promise<Map<number, number>> {
  const { rows } = await sql<{ task_id: number; difference_minor: number }>`
    SELECT l.task_id, sum(CASE l.side WHEN 'ledger' THEN l.amount_minor WHEN 'subledger' THEN -l.amount_minor ELSE 0 END) AS difference_minor
    FROM close_task_line l JOIN close_task t ON t.id = l.task_id WHERE t.period_id = ${period.id} GROUP BY l.task_id`.execute(
    context.db,
  );
  return new Map(rows.map((row) => [row.task_id, row.difference_minor]));
}

const UNCHANGED = changedSides([]);

/** Task → what came, went or changed since the newest signature that stands. */
async function changesOf({ context }: Finding, period: TableRow<'close_period'>): Promise<Map<number, ChangedSides>> {
  const { rows } = await sql<LineMoved & { task_id: number }>`
    SELECT c.task_id, c.side, c.ref, c.before_minor, c.after_minor
    FROM close_line_change c JOIN close_task t ON t.id = c.task_id
    WHERE t.period_id = ${period.id} AND c.changed_at >= (
      SELECT max(s.accepted_at) FROM signoff s WHERE s.task_id = c.task_id AND s.withdraws_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM signoff w WHERE w.task_id = c.task_id AND w.withdraws_id = s.id))`.execute(
    context.db,
  );
  return new Map([...Map.groupBy(rows, ({ task_id }) => task_id)].map(([id, own]) => [id, changedSides(own)]));
}

function taskException(
  { as_of_on, company }: Finding,
  period: TableRow<'close_period'>,
  task: CloseTaskView,
  tasks: readonly CloseTaskView[],
  { difference_minor, changed: others }: { readonly difference_minor: number; readonly changed: ChangedSides },
): FoundException | null {
  const due_on = dayNumber(task.due_on);
  if (due_on === null) throw new Error(`close task ${task.id} has no due day`);
  const changed = task.state === 'changed';
  const late = task.state !== 'signed' && task.state !== 'waiting' && due_on < as_of_on;
  if (!changed && !late) return null;
  const signed = task.signoffs.at(-1);
  const signed_again = signed?.overtaken_by ?? [];
  const sides = { ...others, ledger_minor: changed && signed ? task.amount_minor - signed.amount_minor : 0 };
  // after a signature the money is what moved since; before one it is what does not agree yet
  const moved = !changed ? 0 : task.code === FLUX_TASK ? Math.abs(sides.ledger_minor) : mostMovedMinor(sides);
  const amount_minor = moved === 0 ? Math.abs(difference_minor) : moved;
  const kind = changed ? 'close_changed' : 'close_late';
  const facts = {
    task_id: task.id,
    period: period.period,
    title: task.title,
    account: task.account,
    due_on,
    waiting_for: tasks.filter((each) => each.depends_on.includes(task.code)).length,
  };
  return {
    key: exceptionKey(kind, task.id),
    facts: changed
      ? { kind: 'close_changed', ...facts, changed: task.code === FLUX_TASK ? null : sides, signed_again }
      : { kind: 'close_late', ...facts, difference_minor },
    severity: changed || as_of_on - due_on > 2 ? 'bad' : 'warn',
    company_id: company.id,
    site_id: null,
    channel_id: null,
    stake_minor: amount_minor,
    parts: [{ part: 'difference', lines: 1, amount_minor }],
    due_on,
    since_on: due_on,
    owner: task.state === 'in_review' ? task.reviewer : task.owner,
    lines: [],
    po_line_ids: [],
  };
}
