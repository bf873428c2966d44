/**
 * What the audit trail tells of each command that was accepted: one declaration a command, so that none is forgotten. Subjects
 * are named by codes and numbers. Words, file names and amounts stay where those who may see them look: the trail reaches people
 * who see no books, and holds a text's SHA-256, by which it can be known again.
 */
import { isoMonth } from '#domain/calendar.ts';
import { COMMANDS, type CommandArgs, type CommandName } from '#contract/commands.ts';
import type { AuditKind } from '#contract/auditWords.ts';
import type { CommandContext } from '#server/commands/handler.ts';
import type { Database } from '#server/schema/database.ts';
import { sha256 } from './chain.ts';
import type { CloseOf } from './closeEntries.ts';
import { type Told, writeAudit } from './trail.ts';

type Declaration<A> =
  | { readonly kind: AuditKind | ((args: A) => AuditKind); readonly tell: Tell<A> }
  /** The handler tells it, of what it found; if it told nothing, that it happened stands there all the same. */
  | { readonly by_handler: AuditKind }
  | { readonly left_out: string };
type Tell<A> = (context: CommandContext, args: A) => Promise<Omit<Told, 'kind'>>;

export const COMMAND_TRAIL: { readonly [N in CommandName]: Declaration<CommandArgs<N>> } = {
  addItemNote: { left_out: 'A note decides nothing; it stays as it was written, with its author.' },
  addOrderNote: { left_out: 'A note decides nothing; it stays as it was written, with its author.' },
  markException: { left_out: 'A snooze or a hand-over changes what Today shows, no record of the business.' },
  reconcile: { left_out: 'Computing anew decides nothing; what came out otherwise is kept with who brought it.' },
  signCloseTask: {
    kind: 'close_signed',
    tell: async (context, { task_id, role, content_hash, stands_in_for }) => ({
      about: await taskName(context, task_id),
      detail: { role, content: content_hash, ...(stands_in_for ? { for: stands_in_for } : {}) },
    }),
  },
  withdrawSignoff: {
    kind: 'signature_withdrawn',
    tell: async (context, { task_id, signoff_id, reason }) => ({
      about: await taskName(context, task_id),
      detail: { signature: signoff_id, words_sha256: sha256(reason) },
    }),
  },
  lockPeriod: { by_handler: 'period_locked' },
  askReopening: { by_handler: 'reopening_asked' },
  answerReopening: { by_handler: 'period_opened' },
  openClose: {
    kind: 'close_opened',
    tell: async (context, { company_id, period }) => ({
      about: `${await companyCode(context, company_id)} ${isoMonth(period)}`,
      detail: await openedDetail(context, company_id, period),
    }),
  },
  planCloseTask: {
    kind: 'close_planned',
    tell: async (context, { task_id, owner, reviewer, due_day, needs_evidence }) => ({
      about: await taskName(context, task_id),
      detail: {
        owner,
        reviewer,
        due_day,
        needs_evidence: needs_evidence === undefined ? null : needs_evidence ? 'yes' : 'no',
      },
    }),
  },
  addCloseNote: {
    kind: 'close_noted',
    tell: async (context, { task_id, body, assigned_to, answers_id }) => ({
      about: await taskName(context, task_id),
      detail: { note: context.mutation_id, for: assigned_to, answers: answers_id, words_sha256: sha256(body) },
    }),
  },
  attachEvidence: {
    kind: 'evidence_attached',
    tell: async (context, { task_id, sha256: file, size_bytes }) => ({
      about: await taskName(context, task_id),
      detail: { evidence: context.mutation_id, sha256: file, bytes: size_bytes },
    }),
  },
  removeEvidence: {
    kind: 'evidence_removed',
    tell: async (context, { task_id, evidence_id, reason }) => ({
      about: await taskName(context, task_id),
      detail: { evidence: evidence_id, words_sha256: sha256(reason) },
    }),
  },
  recordBinder: { by_handler: 'binder_recorded' },
  addFollowUp: {
    kind: 'credit_followed_up',
    tell: async (context, { company_id, party_id, said, promised_on, next_on }) => ({
      about: await codeOf(context, 'party', party_id),
      detail: {
        company: await companyCode(context, company_id),
        promised_on,
        next_on,
        words_sha256: sha256(said),
      },
    }),
  },
  explainItem: {
    kind: 'item_explained',
    tell: async (context, { task_id, line_id, explanation }) => ({
      about: await taskName(context, task_id),
      detail: { line: line_id, words_sha256: sha256(explanation) },
    }),
  },
  proposeJournal: {
    kind: 'entry_proposed',
    tell: async (context, { period_id, items, reverses, words }) => ({
      about: await entryName(context, context.mutation_id, period_id),
      detail: { items: items.length, reverses: reverses ? 'yes' : 'no', words_sha256: sha256(words) },
    }),
  },
  changeJournal: {
    kind: ({ step }) => (step === 'withdrawn' ? 'entry_withdrawn' : 'entry_reworded'),
    tell: async (context, { period_id, proposal_id, words }) => ({
      about: await entryName(context, proposal_id, period_id),
      detail: { words_sha256: sha256Of(words) },
    }),
  },
  decideJournal: {
    kind: ({ verdict }) => (verdict === 'approved' ? 'entry_approved' : 'entry_refused'),
    tell: async (context, { period_id, proposal_id, reason, seen_words }) => ({
      about: await entryName(context, proposal_id, period_id),
      detail: {
        words_sha256: sha256(seen_words),
        reason_sha256: sha256Of(reason),
      },
    }),
  },
  overrideFulfilment: {
    kind: 'fulfilment_overridden',
    tell: async (context, { order_id, order_line_id, kind, until_on }) => ({
      about: await orderNumber(context, order_id),
      detail: { line: order_line_id, serve: kind, until_on },
    }),
  },
  approveOrder: {
    kind: ({ decision }) =>
      decision === 'approved' ? 'order_approved' : decision === 'refused' ? 'order_refused' : 'order_approval_asked',
    tell: async (context, { order_id, kind, content_hash, reason }) => ({
      about: await orderNumber(context, order_id),
      detail: { rule: kind, content: content_hash, reason_sha256: sha256(reason) },
    }),
  },
  draftRuleChange: {
    kind: 'rules_drafted',
    tell: async (context, { company_id, subject, effective_on, lines }) => ({
      about: await companyCode(context, company_id),
      detail: { subject, effective_on, lines: lines.length, change: context.mutation_id },
    }),
  },
  decideRuleChange: { by_handler: 'rules_decided' },
  withdrawRuleChange: { by_handler: 'rules_decided' },
  decideReplenishment: {
    kind: 'replenishment_decided',
    tell: async (context, { company_id, decisions }) => ({
      about: await companyCode(context, company_id),
      detail: {
        decisions: decisions.length,
        accepted: decisions.filter(({ verdict }) => verdict === 'accepted').length,
        changed: decisions.filter(({ verdict }) => verdict === 'changed').length,
        rejected: decisions.filter(({ verdict }) => verdict === 'rejected').length,
        withdrawn: decisions.filter(({ verdict }) => verdict === 'withdrawn').length,
        first: context.mutation_id,
      },
    }),
  },
  approveReplenishment: { by_handler: 'purchase_approved' },
  makeDraftOrder: {
    kind: 'draft_order_made',
    tell: async (context, { supplier_id, decision_ids }) => ({
      about: await draftNumber(context, context.mutation_id),
      detail: { supplier: await codeOf(context, 'party', supplier_id), lines: decision_ids.length },
    }),
  },
  approveDraftOrders: { by_handler: 'draft_order_approved' },
  sendDraftOrder: { by_handler: 'draft_order_sent' },
  cancelDraftOrder: {
    kind: 'draft_order_cancelled',
    tell: async (context, { draft_order_id, reason }) => ({
      about: await draftNumber(context, draft_order_id),
      detail: { reason_sha256: sha256Of(reason) },
    }),
  },
  overrideForecast: {
    kind: 'forecast_overridden',
    tell: async (context, { item_id, site_id, from_month, to_month, expires_on, replaces }) => ({
      about: await positionName(context, item_id, site_id),
      detail: { override: context.mutation_id, from: from_month, to: to_month, expires_on, replaces },
    }),
  },
  withdrawOverride: {
    kind: 'forecast_override_withdrawn',
    tell: async (context, { item_id, site_id, override_id, reason }) => ({
      about: await positionName(context, item_id, site_id),
      detail: { override: override_id, reason_sha256: sha256Of(reason) },
    }),
  },
  requestTransfers: {
    kind: 'transfer_requested',
    tell: async (context, { company_id, transfers }) => ({
      about: await companyCode(context, company_id),
      detail: { transfers: transfers.length, first: context.mutation_id },
    }),
  },
  answerTransfers: { by_handler: 'transfer_approved' },
  moveTransfer: { by_handler: 'transfer_dispatched' },
  endTransfer: {
    kind: 'transfer_ended',
    tell: async (context, { company_id, transfer_id, step, reason }) => ({
      about: await companyCode(context, company_id),
      detail: { transfer: transfer_id, step, reason_sha256: sha256Of(reason) },
    }),
  },
};

/** Writes what an accepted command did into the trail, in its transaction. `told`: what its handler told. */
export async function tellCommand<N extends CommandName>(
  context: CommandContext,
  command: N,
  raw_args: unknown,
  told: readonly Told[],
): Promise<void> {
  const declared: Declaration<CommandArgs<N>> = COMMAND_TRAIL[command];
  if ('left_out' in declared) return;
  const args = argsOf(command, raw_args);
  const entries = 'tell' in declared ? [await toldBy(context, declared, args)] : told;
  const { user, address, now_ms } = context;
  const by = { name: user.name, address };
  const all = entries.length > 0 || 'tell' in declared ? entries : [{ kind: declared.by_handler, about: command }];
  const close = await closeOf(context.tx, args);
  await writeAudit(context.tx, now_ms, ...all.map((entry) => ({ ...entry, by, close })));
}

/** The close a command concerns, by what its arguments name; null = none. */
export async function closeOf(tx: Database, args: object): Promise<CloseOf | null> {
  const named = new Map<string, unknown>(Object.entries(args));
  const task_id = named.get('task_id');
  const period_id = named.get('period_id');
  const [company_id, period] = [named.get('company_id'), named.get('period')];
  if (typeof task_id === 'number') {
    const task = tx.selectFrom('close_task').select(['company_id', 'period_id']).where('id', '=', task_id);
    return (await task.executeTakeFirst()) ?? null;
  }
  let found = tx.selectFrom('close_period').select(['company_id', 'id as period_id']);
  if (typeof period_id === 'number') found = found.where('id', '=', period_id);
  else if (typeof company_id === 'number' && typeof period === 'number')
    found = found.where('company_id', '=', company_id).where('period', '=', period);
  else return null;
  return (await found.executeTakeFirst()) ?? null;
}

async function toldBy<A>(
  context: CommandContext,
  { kind, tell }: Extract<Declaration<A>, { readonly tell: unknown }>,
  args: A,
): Promise<Told> {
  return { kind: typeof kind === 'function' ? kind(args) : kind, ...(await tell(context, args)) };
}

/** null = nothing was said. */
function sha256Of(text: string | null): string | null {
  return text === null ? null : sha256(text);
}

function argsOf<N extends CommandName>(command: N, raw: unknown): CommandArgs<N> {
  return COMMANDS[command].args.parse(raw) as CommandArgs<N>;
}

async function codeOf(
  { tx }: CommandContext,
  table: 'company' | 'party' | 'item' | 'site',
  id: number,
): Promise<string> {
  const row = await tx.selectFrom(table).select('code').where('id', '=', id).executeTakeFirst();
  return row?.code ?? String(id);
}

async function companyCode(context: CommandContext, id: number): Promise<string> {
  return await codeOf(context, 'company', id);
}

async function positionName(context: CommandContext, item_id: number, site_id: number): Promise<string> {
  return `${await codeOf(context, 'item', item_id)} ${await codeOf(context, 'site', site_id)}`;
}

async function openedDetail({ tx }: CommandContext, company_id: number, period: number) {
  const made = tx
    .selectFrom('close_period')
    .select(['opened_from as from', 'left_out', 'template_name as template', 'template_on']);
  return await made.where('company_id', '=', company_id).where('period', '=', period).executeTakeFirstOrThrow();
}

/** 'HAL 2026-10' */
async function periodName({ tx }: CommandContext, period_id: number): Promise<string> {
  const row = await tx
    .selectFrom('close_period as p')
    .innerJoin('company as c', 'c.id', 'p.company_id')
    .select(['c.code', 'p.period'])
    .where('p.id', '=', period_id)
    .executeTakeFirst();
  return row ? `${row.code} ${isoMonth(row.period)}` : String(period_id);
}

/** 'HAL 2026-10 grni' */
async function taskName(context: CommandContext, task_id: number): Promise<string> {
  const row = await context.tx
    .selectFrom('close_task')
    .select(['code', 'period_id'])
    .where('id', '=', task_id)
    .executeTakeFirst();
  return row ? `${await periodName(context, row.period_id)} ${row.code}` : String(task_id);
}

/** 'HAL 2026-10 BNL-1a2b' */
async function entryName(context: CommandContext, proposal_id: string, period_id: number): Promise<string> {
  const row = await context.tx
    .selectFrom('journal_proposal')
    .select('reference')
    .where('id', '=', proposal_id)
    .executeTakeFirst();
  return `${await periodName(context, period_id)} ${row?.reference ?? proposal_id}`;
}

async function orderNumber({ tx }: CommandContext, id: number): Promise<string> {
  const row = await tx.selectFrom('sales_order').select('number').where('id', '=', id).executeTakeFirst();
  return row?.number ?? String(id);
}

async function draftNumber({ tx }: CommandContext, id: string): Promise<string> {
  const row = await tx.selectFrom('draft_order').select('number').where('id', '=', id).executeTakeFirst();
  return row?.number ?? id;
}
