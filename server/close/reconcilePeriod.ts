/**
 * Writes a company's reconciliations of a month, its trial balance and statements, and its changes beside the month before, as the
 * lines and items of its close tasks. Only rows that came out otherwise are written, so that the content of an untouched task, and with it its signatures,
 * stays; what changed after a signature is kept as a change with what brought it.
 */
import { sql } from 'kysely';
import { addMonths, dayNumber, firstDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { DRAWN_UP, type DrawnUpLine } from '#domain/close/drawnUp.ts';
import { FLUX_TASK, type FluxSideLine, fluxLines } from '#domain/close/flux/lines.ts';
import { itemThresholdOf } from '#domain/close/flux/thresholds.ts';
import { isCause } from '#domain/close/reconcile/causes.ts';
import type { DocumentRef, Found } from '#domain/close/reconcile/facts.ts';
import { methodsOf } from '#domain/close/reconcile/methods.ts';
import { FIRST_LOOK_MONTHS, isReconciledRole, RECONCILIATIONS } from '#domain/close/reconcile/plan.ts';
import type { Reconciliation } from '#domain/close/reconcile/reconcile.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { authorsSince, booksNow, type BroughtBy, keepSeen } from './bookAuthors.ts';
import { computeReconciliations } from './compute.ts';
import { databaseSource } from './facts/databaseSource.ts';
import { fluxAccounts } from './fluxAccounts.ts';
import { findGiveBacks, keepGiveBacks } from './giveBacks.ts';
import { markPosted } from './journal/clearing.ts';
import { sealedEvidence, sealedLines, sealOf } from './sealing.ts';
import { keepStates } from './standing.ts';
import { versionOf } from './unexplained.ts';
import { writeLines } from './writeLines.ts';
import { writeTask } from './writeTask.ts';

export interface ReconcileAsked {
  readonly period_id: number;
  readonly now_ms: number;
  /**
   * Of a month that is locked already (a demo's, books taken over): lines stay as they are; what was computed is said of those
   * that are there.
   */
  readonly lines_stay?: boolean;
}

/** Of each join and sort: what the documents of some months take. With a server's usual 4 MB they go by way of its disk. */
const WORK_MEM = '32MB';

/** Answers the codes of tasks whose content changed. The period is locked as a signature locks it: they queue. */
export async function reconcilePeriod(tx: ServerTransaction, asked: ReconcileAsked): Promise<readonly string[]> {
  const period = await tx
    .selectFrom('close_period')
    .select(['id', 'company_id', 'period', 'state', 'cut_off_on'])
    .where('id', '=', asked.period_id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (period.state === 'hard_locked' && asked.lines_stay !== true) return [];
  const company = await tx
    .selectFrom('company')
    .select(['id', 'currency', 'time_zone', 'fiscal_year_start_month'])
    .where('id', '=', period.company_id)
    .executeTakeFirstOrThrow();
  const settings = await tx
    .selectFrom('reconciliation_setting')
    .select(['code', 'valuation', 'from_month', 'settlement', 'settlement_day', 'what', 'to_month', 'amount_minor'])
    .where('company_id', '=', company.id)
    .execute();
  const thresholds = await tx
    .selectFrom('reconciliation_threshold')
    .select(['name', 'threshold_minor', 'valid_from', 'valid_to'])
    .where('company_id', '=', company.id)
    .execute();
  await sql`select set_config('work_mem', ${WORK_MEM}, true)`.execute(tx);
  const seen = await booksNow(tx);
  const cut_off = dayNumber(period.cut_off_on) ?? 0;
  await markPosted(tx, company.id);
  const before = await itemsBefore(tx, company.id, period.period);
  const from = firstDayOfMonth(before ? monthOfDay(cut_off) : addMonths(monthOfDay(cut_off), -FIRST_LOOK_MONTHS));
  const today = dayInZone(asked.now_ms, company.time_zone);
  const give_backs = await findGiveBacks(tx, company, { period: period.period, from, today });
  const methods = (month: number) => methodsOf(settings, month);
  const results = await computeReconciliations(databaseSource(tx, { ...company, methods }), {
    cut_off,
    from,
    first_look: before === null,
    give_backs: give_backs.rows,
    today,
    carried: before?.map(({ found }) => found) ?? [],
  });
  await keepGiveBacks(tx, period, give_backs);
  const words = new Map(before?.map(({ found, explanation }) => [wordsKey(found), explanation]) ?? []);
  let brought: Promise<BroughtBy> | undefined;
  // read at the first change: what was written until then may be in it
  const broughtBy = () => (brought ??= authorsSince(tx, period));
  const tasks = await tx
    .selectFrom('close_task')
    .select(['id', 'code', 'company_id', 'amount_minor', 'content_hash', 'state'])
    .where('period_id', '=', period.id)
    .orderBy('id')
    .forUpdate()
    .execute();
  const changed: string[] = [];
  for (const task of tasks) {
    const result = results.find(({ code }) => code === task.code);
    if (!result) continue;
    const threshold_minor = itemThresholdOf(period.period, task.code, thresholds.map(versionOf));
    const signed = await tx.selectFrom('signoff').select('id').where('task_id', '=', task.id).executeTakeFirst();
    const wrote = await writeTask(tx, task, withWords(result, words), {
      now_ms: asked.now_ms,
      broughtBy,
      currency: company.currency,
      threshold_minor,
      keep_changes: signed !== undefined,
      lines_stay: asked.lines_stay === true,
    });
    if (!wrote) continue;
    changed.push(task.code);
    await sealTask(tx, task);
  }
  const accounts = await fluxAccounts(tx, company, period.period);
  for (const task of tasks) {
    const lines = task.code === FLUX_TASK ? fluxLines(accounts) : DRAWN_UP.get(task.code)?.(accounts);
    if (lines && (await drawUp(tx, task, lines, period.cut_off_on, company.currency, { ...asked, broughtBy })))
      changed.push(task.code);
  }
  if (changed.length > 0) await keepStates(tx, period);
  await keepSeen(tx, period.id, seen);
  return changed;
}

/** What brought the lines of a task that was signed without any. */
const FIRST_DRAWN_UP = 'signed before there were figures';

/** Lines over the whole ledger. Words stay with their account while its figures move. */
async function drawUp(
  tx: ServerTransaction,
  task: { readonly id: number; readonly company_id: number; readonly code: string },
  lines: readonly (FluxSideLine | DrawnUpLine)[],
  cut_off_on: string,
  currency: string,
  { now_ms, broughtBy, lines_stay }: ReconcileAsked & { readonly broughtBy: () => Promise<BroughtBy> },
): Promise<boolean> {
  const signed = await tx.selectFrom('signoff').select('id').where('task_id', '=', task.id).executeTakeFirst();
  const before = await tx.selectFrom('close_task_line').select('id').where('task_id', '=', task.id).executeTakeFirst();
  const why = before ? broughtBy : async () => () => FIRST_DRAWN_UP;
  const { moved } = await writeLines(
    tx,
    task,
    lines.map((line) => ({ ...line, booked_on: cut_off_on, explanation: null })),
    ({ side, account, ref }) => JSON.stringify([side, account, account === null ? ref : null]),
    { now_ms, broughtBy: why, currency, keep_changes: signed !== undefined, lines_stay: lines_stay === true },
  );
  if (moved) await sealTask(tx, task);
  return moved;
}

interface ItemBefore {
  readonly found: Found;
  readonly explanation: string | null;
}

/** What the month before left open, in debits; null when nobody reconciled it. */
async function itemsBefore(
  tx: ServerTransaction,
  company_id: number,
  period: number,
): Promise<readonly ItemBefore[] | null> {
  const known = await tx
    .selectFrom('reconciliation as r')
    .innerJoin('close_task as t', 't.id', 'r.id')
    .innerJoin('close_period as p', 'p.id', 't.period_id')
    .select('p.id')
    .where('p.company_id', '=', company_id)
    .where('p.period', '=', addMonths(period, -1))
    .executeTakeFirst();
  if (!known) return null;
  const rows = await tx
    .selectFrom('rec_item as i')
    .innerJoin('close_task_line as l', 'l.id', 'i.id')
    .innerJoin('close_task as t', 't.id', 'i.task_id')
    .select(['t.code', 'i.role', 'i.cause', 'i.arose_on', 'i.settles_on', 'i.documents', 'l.ref', 'l.amount_minor'])
    .select('l.explanation')
    .where('t.period_id', '=', known.id)
    .orderBy('i.id')
    .execute();
  return rows.flatMap(({ code, role, cause, arose_on, settles_on, documents, ref, amount_minor, explanation }) => {
    // what a month lacked is that month's: the next has it or lacks its own
    if (!isReconciledRole(role) || !isCause(cause) || cause === 'facts_missing') return [];
    const sign = RECONCILIATIONS.find((plan) => plan.code === code)?.sign ?? 1;
    const found: Found = {
      role,
      cause,
      amount_minor: sign * amount_minor + 0,
      ref,
      arose_on: dayNumber(arose_on) ?? 0,
      documents: documents as unknown as readonly DocumentRef[],
      settles_on: settles_on === null ? null : dayNumber(settles_on),
    };
    return [{ found, explanation }];
  });
}

function wordsKey({ role, ref, arose_on }: Pick<Found, 'role' | 'ref' | 'arose_on'>): string {
  return `${role}/${ref}/${arose_on}`;
}

export interface WordedResult extends Reconciliation {
  /** What was said of each item in the month before, in the order of items. */
  readonly words: readonly (string | null)[];
}

function withWords(result: Reconciliation, words: ReadonlyMap<string, string | null>): WordedResult {
  return { ...result, words: result.items.map((item) => words.get(wordsKey(item)) ?? null) };
}

/** The task's balance and content from its lines as they are now. Whoever changes it keeps the states of its month after. */
export async function sealTask(
  tx: ServerTransaction,
  task: { readonly id: number; readonly code: string },
): Promise<void> {
  const lines = await sealedLines(tx, task.id);
  const content_hash = sealOf(task, lines, await sealedEvidence(tx, task.id));
  const amount_minor = lines.reduce((sum, line) => (line.side === 'ledger' ? sum + line.amount_minor : sum), 0);
  await tx.updateTable('close_task').set({ content_hash, amount_minor }).where('id', '=', task.id).execute();
}

/** How far the change log goes: what comes later is another change. */
export async function logSeq(tx: ServerTransaction): Promise<number> {
  const { rows } = await sql<{ seq: number }>`select coalesce(max(seq), 0)::bigint as seq from sync_log`.execute(tx);
  return rows[0]?.seq ?? 0;
}
