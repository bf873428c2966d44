/** Two months of the close for each company: the one before last signed and locked, the last one under way. */
import { createHash } from 'node:crypto';
import { addWorkdays, firstDayOfMonth, isoDate, lastDayOfMonth } from '#domain/calendar.ts';
import { datesOf } from '#domain/planning/buyingCalendar.ts';
import type { BankAccount } from '#domain/close/reconcile/bank/facts.ts';
import { FLUX_TASK } from '#domain/close/flux/lines.ts';
import { LOCK_AREAS } from '#domain/close/locking.ts';
import { RECONCILIATIONS } from '#domain/close/reconcile/plan.ts';
import { signoffContent } from '#domain/close/signoffContent.ts';
import { companyClosedOn } from '../inventory/buying.ts';
import type { Rate } from '../pricing/rules.ts';
import type { Random } from '../random.ts';
import type { DemoBatch, DemoRow } from '../rows.ts';
import type { Ids } from '../size.ts';
import type { CompanyWorld } from '../world.ts';
import { type CloseMonth, type DraftLine, FLUX_THRESHOLD, ITEM_THRESHOLDS, total } from './draft.ts';
import {
  bank,
  countsBySite,
  depreciation,
  flux,
  fxRevaluation,
  intercompany,
  inventoryValuation,
  lastMovements,
  obsolescence,
  statements,
  trialBalance,
} from './statements.ts';
import { methodRows } from './methods.ts';
import { CLOSE_TASKS, type TaskTemplate } from './tasks.ts';
import {
  billedNotReceived,
  goodsReceivedNotInvoiced,
  landedCost,
  payables,
  rebatesAndFees,
  receivables,
  shippedNotBilled,
  unexplained,
} from './trade.ts';

export const PREPARER = 'finance';
export const REVIEWER = 'controller';
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** How far the open period is on every day, also the first of a month: signed by both, or waiting for review. The rest is open. */
const SIGNED_CODES = new Set(
  'cut_off freeze late_bills late_invoices counts bank ar_gl shipped_not_billed depreciation'.split(' '),
);
const PREPARED_CODES = new Set(['ap_gl', 'grni']);

const LINES: Readonly<Record<string, (month: CloseMonth) => readonly DraftLine[]>> = {
  cut_off: () => [],
  freeze: lastMovements,
  counts: countsBySite,
  bank,
  ar_gl: receivables,
  ap_gl: payables,
  grni: goodsReceivedNotInvoiced,
  shipped_not_billed: shippedNotBilled,
  billed_not_received: billedNotReceived,
  landed_cost: landedCost,
  rebates_fees: rebatesAndFees,
  inventory_valuation: inventoryValuation,
  reserves: obsolescence,
  depreciation,
  intercompany,
  fx_revaluation: fxRevaluation,
  trial_balance: trialBalance,
  flux,
  statements,
};

export function* closeBatches(
  world: CompanyWorld,
  rates: readonly Rate[],
  bank_account: BankAccount,
  seed: number,
): Generator<DemoBatch> {
  const { horizon } = world;
  const company_id = world.company.id;
  const held = { company_id, valid_from: null, valid_to: null, owner: REVIEWER };
  yield {
    table: 'reconciliation_setting',
    rows: methodRows(world),
  };
  yield {
    table: 'reconciliation_threshold',
    rows: Object.entries(ITEM_THRESHOLDS).map(([name, threshold_minor]) => ({
      id: world.ids.next(),
      ...held,
      name,
      threshold_minor,
    })),
  };
  const random = world.stream('close');
  const words = world.stream('flux');
  yield { table: 'flux_threshold', rows: [{ id: world.ids.next(), ...held, ...FLUX_THRESHOLD }] };
  for (const period of [horizon.closed_period, horizon.open_period]) {
    const month: CloseMonth = {
      ...world,
      period,
      start: firstDayOfMonth(period),
      end: lastDayOfMonth(period),
      nth: world.books.monthIndex(period),
      explained_until: lastDayOfMonth(horizon.closed_period),
      rates,
      bank_account,
      seed,
    };
    yield* periodBatches(month, random, words);
  }
}

/** The demo's months were there before anybody opened one. */
const NOT_OPENED_HERE = { opened_from: null, left_out: null, template_name: null, template_on: null } as const;

function* periodBatches(month: CloseMonth, random: Random, words: Random): Generator<DemoBatch> {
  const { period, horizon, ids } = month;
  const world = month;
  const company_id = world.company.id;
  const closed = period === horizon.closed_period;
  const off = new Set(datesOf(companyClosedOn(horizon)));
  const period_id = ids.next();
  const state = closed ? 'hard_locked' : 'open';
  yield {
    table: 'close_period',
    rows: [{ id: period_id, company_id, period, state, cut_off_on: month.end, ...NOT_OPENED_HERE }],
  };

  const tasks: DemoRow<'close_task'>[] = [];
  const lines: DemoRow<'close_task_line'>[] = [];
  const signoffs: DemoRow<'signoff'>[] = [];
  const changes: DemoRow<'close_line_change'>[] = [];
  const said: DemoRow<'item_explanation'>[] = [];
  for (const template of CLOSE_TASKS) {
    const drafts = LINES[template.code]?.(month) ?? [];
    const id = ids.next();
    const rows = drafts.map((draft) => lineRow(draft, id, template, world, ids));
    const amount_minor = ledgerBalance(rows);
    const due_on = addWorkdays(month.end, template.due_day, off);
    const content_hash = contentHash(id, template.code, rows);
    // nobody signs what is not explained
    const clear =
      template.code === 'trial_balance' || (unexplained(drafts) === 0 && isLookedInto(template.code, month, drafts));
    const both = clear && (closed || SIGNED_CODES.has(template.code));
    const changed = !closed && drafts.some((draft) => draft.late_minor !== undefined);
    const prepared = both || (clear && PREPARED_CODES.has(template.code));
    if (prepared) {
      // the preparer of the open month signed before the last bill came in
      const seen = changed ? beforeLate(rows, drafts) : rows;
      const signed = {
        task_id: id,
        amount_minor: ledgerBalance(seen),
        content_hash: contentHash(id, template.code, seen),
      };
      const at = Math.min(due_on, horizon.today) * DAY_MS;
      // ahead of its day in the first days of a month: what is due first was signed first, also what was due that day
      const begun = at + (due_on <= horizon.today ? 9 : 9 + template.due_day) * HOUR_MS;
      signoffs.push(signoffRow(world, random, signed, 'preparer', begun));
      if (both) signoffs.push(signoffRow(world, random, signed, 'reviewer', begun + 2 * HOUR_MS));
      if (changed) changes.push(...lateChanges(rows, drafts, ids, at + 15 * HOUR_MS));
    }
    tasks.push({
      id,
      company_id,
      period_id,
      code: template.code,
      title: template.title,
      account: template.account,
      depends_on: jsonListText(template.depends_on),
      owner: PREPARER,
      reviewer: REVIEWER,
      due_day: template.due_day,
      due_on,
      state: both ? 'signed' : prepared && !changed ? 'prepared' : 'open',
      amount_minor,
      content_hash,
      // no demo holds files
      needs_evidence: 0,
    });
    lines.push(...rows);
    if (template.code === FLUX_TASK)
      said.push(...wordsOf(rows, words, Math.min(due_on, horizon.today) * DAY_MS + 8 * HOUR_MS));
  }
  yield { table: 'close_task', rows: tasks };
  yield { table: 'close_task_line', rows: lines };
  yield { table: 'signoff', rows: signoffs };
  yield { table: 'close_line_change', rows: changes };
  yield { table: 'item_explanation', rows: said };
  if (closed) yield { table: 'lock_event', rows: lockRows(month, period_id, tasks) };
}

/** Who locked the month, after both signed the task that says so. */
function lockRows(
  month: CloseMonth,
  period_id: number,
  tasks: readonly DemoRow<'close_task'>[],
): readonly DemoRow<'lock_event'>[] {
  const random = month.stream('locks');
  const company_id = month.company.id;
  return (['soft_lock', 'hard_lock'] as const).flatMap((step) => {
    const due_on = tasks.find(({ code }) => code === step)?.due_on;
    if (due_on === undefined) return [];
    const written_at = Math.min(due_on, month.horizon.today) * DAY_MS + 14 * HOUR_MS;
    const said = { author: REVIEWER, written_at, accepted_at: written_at + 2_000 };
    const asked = { hours: null, answers_id: null, reason: null };
    return [{ id: random.uuid(), company_id, period_id, step, areas: LOCK_AREAS.join(' '), ...asked, ...said }];
  });
}

/** Whether every difference of the task's accounts is among what was found out. */
function isLookedInto(code: string, month: CloseMonth, drafts: readonly DraftLine[]): boolean {
  const roles = RECONCILIATIONS.find((plan) => plan.code === code)?.roles ?? [];
  const known = new Set(drafts.filter((draft) => draft.side === 'item').map((draft) => draft.ref));
  return roles.every((role) => month.differences.at(role, month.end).every((each) => known.has(each.ref)));
}

/** The lines as they were before what was posted late. */
function beforeLate(
  rows: readonly DemoRow<'close_task_line'>[],
  drafts: readonly DraftLine[],
): readonly DemoRow<'close_task_line'>[] {
  return rows.flatMap((row, nth) => {
    const amount_minor = row.amount_minor - (drafts[nth]?.late_minor ?? 0);
    return amount_minor === 0 && row.amount_minor !== 0 ? [] : [{ ...row, amount_minor }];
  });
}

/** What the late posting did to the lines, entered by the warehouse in the afternoon. */
function lateChanges(
  rows: readonly DemoRow<'close_task_line'>[],
  drafts: readonly DraftLine[],
  ids: Ids,
  changed_at: number,
): readonly DemoRow<'close_line_change'>[] {
  return rows.flatMap((row, nth) => {
    const { late_minor } = drafts[nth] ?? {};
    if (late_minor === undefined) return [];
    const before_minor = row.amount_minor - late_minor;
    const { company_id, task_id, side, ref, account, amount_minor: after_minor } = row;
    const change = before_minor === 0 ? 'added' : 'altered';
    return [
      {
        id: ids.next(),
        company_id,
        task_id,
        side,
        ref,
        account,
        change,
        before_minor: before_minor === 0 ? null : before_minor,
        after_minor,
        changed_by: 'warehouse',
        changed_at,
      },
    ];
  });
}

/** Who said what of the lines that have words, minutes apart. */
function wordsOf(
  rows: readonly DemoRow<'close_task_line'>[],
  random: Random,
  from_ms: number,
): readonly DemoRow<'item_explanation'>[] {
  return rows.flatMap(({ id: line_id, company_id, task_id, explanation }, nth) => {
    if (explanation === null) return [];
    const written_at = from_ms + nth * 20_000;
    const times = { written_at, accepted_at: written_at + 2_000 };
    return [{ id: random.uuid(), company_id, task_id, line_id, explanation, author: PREPARER, ...times }];
  });
}

function lineRow(
  draft: DraftLine,
  task_id: number,
  template: TaskTemplate,
  world: CompanyWorld,
  ids: Ids,
): DemoRow<'close_task_line'> {
  return {
    id: ids.next(),
    company_id: world.company.id,
    task_id,
    side: draft.side,
    ref: draft.ref,
    account: draft.account ?? template.account,
    booked_on: draft.booked_on,
    amount_minor: draft.amount_minor,
    currency: world.company.currency,
    explanation: draft.explanation,
  };
}

/** A list of texts as PostgreSQL prints it: the wire carries that text, and hashes are made of it. */
function jsonListText(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;
}

function ledgerBalance(rows: readonly DemoRow<'close_task_line'>[]): number {
  return total(rows.filter((row) => row.side === 'ledger'));
}

function contentHash(id: number, code: string, rows: readonly DemoRow<'close_task_line'>[]): string {
  const content = signoffContent(
    { id, code },
    rows.map((row) => ({ ...row, booked_on: isoDate(row.booked_on) })),
    [],
  );
  return createHash('sha256').update(content).digest('hex');
}

function signoffRow(
  world: CompanyWorld,
  random: Random,
  signed: { readonly task_id: number; readonly amount_minor: number; readonly content_hash: string },
  role: 'preparer' | 'reviewer',
  signed_at: number,
): DemoRow<'signoff'> {
  return {
    id: random.uuid(),
    company_id: world.company.id,
    ...signed,
    role,
    user_name: role === 'preparer' ? PREPARER : REVIEWER,
    device: role === 'preparer' ? 'Finance desk' : 'Controller laptop',
    signed_at,
    accepted_at: signed_at + 2_000,
    for_user: null,
    withdraws_id: null,
    reason: null,
  };
}
