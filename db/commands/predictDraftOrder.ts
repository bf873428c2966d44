/** What making, sending and cancelling a draft order would do, told from the copy. The purchase order itself is the server's. */
import { notToday, notTodayWords } from '#domain/planning/replenishment/orderDays.ts';
import { maySendOrder } from '#domain/planning/replenishment/orderApproval.ts';
import { freightOf } from '#domain/planning/replenishment/orderTerms.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { ImageValue } from '#contract/wire/image.ts';
import { scanner } from '#db/connection.ts';
import { buyingCalendars } from '#db/replenishment/calendars.ts';
import { newestDecisions, orderTermsBySupplier } from '#db/replenishment/standing.ts';
import { judgedOrders } from '#db/replenishment/unseenOrders.ts';
import { domainGrants } from '#db/session/grants.ts';
import { companyDay } from './companyDay.ts';
import type { PredictContext, Prediction } from './predict.ts';
import { mayDo, replenishmentLane } from './predictReplenishment.ts';

/** The server numbers drafts. */
const NO_NUMBER_YET = 'new';

export function predictDraft(context: PredictContext, args: CommandArgs<'makeDraftOrder'>): Prediction {
  const { reader, user, mutation_id } = context;
  const { company_id, site_id, supplier_id, decision_ids } = args;
  const company = companyDay(context, company_id);
  mayDo(domainGrants(user.grants), 'plan', 'make draft orders here', { company_id, site_id });
  const standing = new Map([...newestDecisions(scanner(reader), company).values()].map((each) => [each.id, each]));
  const lines = decision_ids.map((id) => {
    const decision = standing.get(id);
    if (decision?.site_id !== site_id || decision.supplier_id !== supplier_id || !decision.stands) {
      throw new BinnacleError(
        'conflict',
        'A line was decided anew meanwhile. Look at what stands now, then make the draft.',
      );
    }
    if (decision.state !== 'accepted') {
      throw new BinnacleError(
        'not_permitted',
        decision.state === 'on_draft' ? 'A line is on a draft order already.' : 'A line is not approved yet.',
      );
    }
    return decision;
  });
  const value_minor = lines.reduce((sum, each) => sum + (each.value_minor ?? 0), 0);
  const terms = orderTermsBySupplier(scanner(reader), company_id)(supplier_id);
  if (value_minor < terms.minimum_minor && args.minimum_reason === null) {
    throw new BinnacleError('not_permitted', 'The order does not reach the supplier’s minimum: say why it is made.');
  }
  const supplier = reader
    .prepare<[number], { name: string }>('SELECT name FROM main.party WHERE id = ?')
    .get(supplier_id);
  return {
    lane: replenishmentLane(company_id),
    title: `Draft order of ${lines.length === 1 ? 'one line' : `${lines.length} lines`} to ${supplier?.name ?? 'a supplier'}`,
    effects: [
      {
        tbl: 'draft_order',
        pk: mutation_id,
        image: [
          company_id,
          site_id,
          NO_NUMBER_YET,
          supplier_id,
          value_minor,
          freightOf(terms, value_minor),
          value_minor < terms.minimum_minor ? args.minimum_reason : null,
          user.name,
          context.made_at_ms,
          context.made_at_ms,
        ],
      },
      ...lines.map((line, index) => ({
        tbl: 'draft_order_line' as const,
        pk: `${mutation_id}/${index}`,
        image: [
          company_id,
          site_id,
          mutation_id,
          line.id,
          line.item_id,
          line.qty_milli,
          line.unit_price_micro,
          line.value_minor,
        ] satisfies ImageValue[],
      })),
    ],
  };
}

/** The overlay tells that it is sent; the purchase order comes from the server and counts nowhere before. */
export function predictSending(context: PredictContext, args: CommandArgs<'sendDraftOrder'>): Prediction {
  const draft = openDraft(context, args);
  const { company_id, draft_order_id } = args;
  const { today_on, currency } = companyDay(context, company_id);
  const scan = scanner(context.reader);
  const company = { id: company_id, currency, now_ms: context.made_at_ms };
  const judged = judgedOrders(scan, company, [draft_order_id]).get(draft_order_id);
  const answer = judged && maySendOrder(judged.order, judged.value, currency);
  if (answer?.ok === false) throw new BinnacleError('not_permitted', answer.message);
  const calendar = buyingCalendars(scan, company_id, today_on).of(draft.supplier_id, draft.site_id);
  const wait_for_on = notToday(calendar, today_on);
  if (wait_for_on !== null) throw new BinnacleError('not_permitted', notTodayWords(wait_for_on));
  return ending(context, args, draft, { kind: 'sent', reason: null, verb: 'Send' });
}

export function predictCancelling(context: PredictContext, args: CommandArgs<'cancelDraftOrder'>): Prediction {
  return ending(context, args, openDraft(context, args), { kind: 'cancelled', reason: args.reason, verb: 'Cancel' });
}

interface Asked {
  readonly company_id: number;
  readonly draft_order_id: string;
}

interface OpenDraft {
  readonly site_id: number;
  readonly number: string;
  readonly supplier_id: number;
}

/** Neither sent nor cancelled, and this person's to end. */
function openDraft({ reader, user }: PredictContext, { company_id, draft_order_id }: Asked): OpenDraft {
  const draft = reader
    .prepare<[string, number], OpenDraft>(
      'SELECT site_id, number, supplier_id FROM v_draft_order WHERE id = ? AND company_id = ?',
    )
    .get(draft_order_id, company_id);
  if (!draft) throw new BinnacleError('not_found', 'That draft order is not on this machine.');
  mayDo(domainGrants(user.grants), 'plan', 'send or cancel draft orders here', { company_id, site_id: draft.site_id });
  const ended = reader
    .prepare<[string], { kind: string; author: string }>(
      'SELECT kind, author FROM v_draft_order_event WHERE draft_order_id = ?',
    )
    .get(draft_order_id);
  if (ended) throw new BinnacleError('conflict', `${ended.author} ${ended.kind} it already.`);
  return draft;
}

function ending(
  { user, mutation_id, made_at_ms }: PredictContext,
  { company_id, draft_order_id }: Asked,
  { site_id, number }: OpenDraft,
  {
    kind,
    reason,
    verb,
  }: { readonly kind: 'sent' | 'cancelled'; readonly reason: string | null; readonly verb: string },
): Prediction {
  return {
    lane: replenishmentLane(company_id),
    title: `${verb} draft order ${number === NO_NUMBER_YET ? 'made here' : number}`,
    effects: [
      {
        tbl: 'draft_order_event',
        pk: mutation_id,
        image: [company_id, site_id, draft_order_id, kind, null, reason, user.name, made_at_ms, made_at_ms],
      },
    ],
  };
}
