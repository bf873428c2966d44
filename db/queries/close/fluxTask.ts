/** What did each account do beside the month before, who said why, and what does the ledger suggest? */
import { mayExplain } from '#domain/close/reconcile/explaining.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { FluxLineView } from '#contract/queries.ts';
import { fluxOfMonth } from '#db/close/fluxChanges.ts';
import type { QueryHandler } from '../context.ts';
import { LEDGER_TABLES } from '../ledger/books.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { mayInCompany, seesWholeCompany } from '../rights.ts';
import { causesOf } from './fluxCauses.ts';
import { taskInMonth } from './taskInMonth.ts';

export const fluxTask: QueryHandler<'fluxTask'> = async (context, { task_id }) => {
  const { db, user } = context;
  const { company_id, period, period_state } = await taskInMonth(context, task_id);
  const company = await companyById(context, company_id);
  const { task, threshold, changes } = await fluxOfMonth(context, company, period, 'with own');
  if (task?.id !== task_id) throw new BinnacleError('not_found', 'That task compares no months.');
  const accounts = new Map(
    (await db.selectFrom('gl_account').selectAll().where('company_id', '=', company_id).execute()).map((account) => [
      account.code,
      account,
    ]),
  );
  const changed = changes.flatMap(({ account, change_minor }) => {
    const own = accounts.get(account);
    return own ? [{ account_id: own.id, kind: own.kind, change_minor }] : [];
  });
  const causes = seesWholeCompany(user, company_id, 'finance')
    ? await causesOf(context, company_id, period, changed)
    : new Map<number, never>();
  const lines = changes.map(({ line, account, by, at_ms, words_state, ...change }): FluxLineView => {
    const account_id = accounts.get(account)?.id ?? null;
    return {
      line_id: line.id,
      account_id,
      account,
      ref: line.ref,
      now_minor: change.now_minor,
      before_minor: change.before_minor,
      change_minor: change.change_minor,
      rate_bp: change.rate_bp,
      asks: change.asks,
      words: line.explanation,
      by,
      at_ms,
      words_state,
      needs_words: change.asks && line.explanation === null,
      causes: (account_id === null ? undefined : causes.get(account_id)) ?? [],
    };
  });
  const may_explain = mayExplain({
    may_prepare: mayInCompany(user, company_id, 'prepare_close'),
    period_state,
    explanation: null,
    seen_explanation: null,
  });
  return {
    period,
    currency: company.currency,
    threshold,
    lines: lines.toSorted(
      (a, b) => rank(a) - rank(b) || Math.abs(b.change_minor) - Math.abs(a.change_minor) || a.line_id - b.line_id,
    ),
    why_not: may_explain.ok ? null : may_explain.message,
    provenance: provenance(context, [
      ...(['close_task_line', 'item_explanation', 'flux_threshold'] as const),
      ...LEDGER_TABLES,
    ]),
  };
};

/** A line keeps its place when it is given its words: whoever types goes on below it. */
function rank({ asks }: FluxLineView): number {
  return asks ? 0 : 1;
}
