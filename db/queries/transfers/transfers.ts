/** What waits between the sites, for whom, and what became of the rest? */
import { isoDate } from '#domain/calendar.ts';
import { mayTakeStep, type Permits, type StepQuestion } from '#domain/transfers/rules.ts';
import { OPEN_TRANSFER_STATES } from '#domain/transfers/transfer.ts';
import { type GivingView, type TransferRow, TRANSFERS_LIMIT } from '#contract/queries.ts';
import { type Transfer, transferPermits, transfersOf } from '#db/replenishment/transfers.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { asOfDay, isoDateOrNull, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { sitesOf } from '../reference/names.ts';
import { QUESTION_TABLES } from '../replenishment/itemQuestions.ts';
import { givingOf } from './giving.ts';

/** What giving sites can spare is read for so many items: the requests of a morning. */
const MOST_GIVING = 60;

export const transfers: QueryHandler<'transfers'> = async (context, { company_id, show, item_id }) => {
  const company = await companyById(context, company_id);
  const as_of_on = asOfDay(context, company.time_zone);
  const all = transfersOf(context.scan, { id: company.id, time_zone: company.time_zone, today_on: as_of_on }, item_id);
  const open = all.filter((each) => OPEN_TRANSFER_STATES.has(each.standing.state));
  const over = all.filter((each) => !OPEN_TRANSFER_STATES.has(each.standing.state));
  const chosen = show === 'open' ? open : over.toSorted((a, b) => b.last.at_ms - a.last.at_ms);
  const shown = chosen.slice(0, TRANSFERS_LIMIT);
  const items = await itemsOf(context, shown);
  const sites = await sitesOf(context.db, company.id);
  const giving = await givingSites(context, shown, items, { ...company, as_of_on });
  const { name: user_name } = context.user;
  const permits = transferPermits(context.user, company.id);
  const rows = shown.map((each): TransferRow => {
    const { standing, last } = each;
    const { requested, answer, dispatched, received } = standing;
    const item = items.get(each.item_id);
    return {
      id: each.id,
      number: each.number,
      item_id: each.item_id,
      code: item?.code ?? `Item ${each.item_id}`,
      name: item?.name ?? '',
      uom: item?.uom ?? '',
      from_site_id: each.from_site_id,
      from_site: sites.get(each.from_site_id)?.code ?? `Site ${each.from_site_id}`,
      to_site_id: each.to_site_id,
      to_site: sites.get(each.to_site_id)?.code ?? `Site ${each.to_site_id}`,
      state: standing.state,
      asked_qty_milli: requested.qty_milli,
      given_qty_milli: answer?.step === 'approved' ? answer.qty_milli : null,
      sent_qty_milli: dispatched?.qty_milli ?? null,
      arrived_qty_milli: received?.qty_milli ?? null,
      due_on: isoDateOrNull(standing.due_on),
      until_on: isoDateOrNull(standing.until_on),
      asked_by: requested.author,
      asked_at_ms: requested.at_ms,
      reason: requested.reason,
      last: { step: last.step, by: last.author, at_ms: last.at_ms, reason: last.reason },
      waiting: each.waiting,
      giving: standing.state === 'requested' ? (giving.get(`${each.item_id}:${each.from_site_id}`) ?? null) : null,
      may: mayOf(user_name, permits, each),
    };
  });
  return {
    rows,
    total_rows: chosen.length,
    open: open.length,
    over: over.length,
    for_you: open.filter((each) => mayOf(user_name, permits, each).answer).length,
    as_of_on: isoDate(as_of_on),
    provenance: provenance(context, ['transfer_event', ...QUESTION_TABLES]),
  };
};

function mayOf(user_name: string, permits: Permits, transfer: Transfer): TransferRow['may'] {
  const { state } = transfer.standing;
  const answers = (step: StepQuestion['step']) =>
    mayTakeStep({ step, user_name, permits, transfer, qty_milli: null, reason: null });
  const answer = answers('approved');
  return {
    answer: answer.ok,
    not_answer_because: answer.ok || state !== 'requested' ? null : answer.code === 'own_request' ? 'own' : 'site',
    dispatch: answers('dispatched').ok,
    receive: answers('received').ok,
    end: answers('withdrawn').ok || answers('cancelled').ok,
  };
}

async function itemsOf(
  { db }: QueryContext,
  shown: readonly Transfer[],
): Promise<ReadonlyMap<number, TableRow<'item'>>> {
  if (shown.length === 0) return new Map();
  const ids = [...new Set(shown.map((each) => each.item_id))];
  const rows = await db.selectFrom('item').selectAll().where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** By item and giving site, of what is asked for. */
async function givingSites(
  context: QueryContext,
  shown: readonly Transfer[],
  items: ReadonlyMap<number, TableRow<'item'>>,
  company: { readonly id: number; readonly currency: string; readonly as_of_on: number },
): Promise<ReadonlyMap<string, GivingView>> {
  const found = new Map<string, GivingView>();
  if (QUESTION_TABLES.some((table) => context.replica.loading_tables.has(table))) return found;
  const wanted = new Set(shown.filter((each) => each.standing.state === 'requested').map((each) => each.item_id));
  for (const item_id of [...wanted].slice(0, MOST_GIVING)) {
    context.checkCancelled();
    const item = items.get(item_id);
    if (!item) continue;
    for (const [site_id, { next_in_on: _next, ...giving }] of await givingOf(context, item, company)) {
      found.set(`${item_id}:${site_id}`, giving);
    }
  }
  return found;
}
