/** Draft orders: lines of decisions that count, of one supplier and site; sent, a draft is a purchase order. */
import { isoDate } from '#domain/calendar.ts';
import { decisionKey } from '#domain/planning/replenishment/decision.ts';
import { daysOfOrder, notToday, notTodayWords } from '#domain/planning/replenishment/orderDays.ts';
import { maySendOrder } from '#domain/planning/replenishment/orderApproval.ts';
import { freightOf } from '#domain/planning/replenishment/orderTerms.ts';
import { calendarsOf } from '#server/planning/calendars.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import type { CompanyDay } from '../companyDay.ts';
import { type CommandContext, type CommandHandler, written } from '../handler.ts';
import { notFound, Refusal } from '../refusal.ts';
import { rowId } from './decide.ts';
import { enterCompany } from './place.ts';
import { decisionsById, newestDecisions, type StoredDecision } from './standing.ts';
import { knownTerms, orderTermsOf } from './terms.ts';
import { judgedOrders } from './unseenOrders.ts';

export const makeDraftOrder: CommandHandler<'makeDraftOrder'> = async (context, args) => {
  const { tx } = context;
  const { company_id, site_id, supplier_id, decision_ids } = args;
  const company = await enterCompany(context, company_id, [site_id], 'plan', 'make draft orders here');
  const found = await decisionsById(tx, company, decision_ids);
  const decisions = decision_ids.map((id) => {
    const decision = found.get(id);
    if (decision?.site_id !== site_id || decision.supplier_id !== supplier_id || decision.kind !== 'buy') {
      throw notFound('decision for this supplier and site');
    }
    return decision;
  });
  const newest = await newestDecisions(tx, company, decisions);
  for (const decision of decisions) refuseUnlessReady(decision, newest.get(decisionKey(decision)));
  const value_minor = decisions.reduce((sum, each) => sum + (each.value_minor ?? 0), 0);
  const terms = await orderTermsOf(tx, company_id, supplier_id);
  if (value_minor < terms.minimum_minor && args.minimum_reason === null) {
    throw new Refusal('rejected', {
      code: 'below_minimum',
      message:
        'The order does not reach what the supplier takes at least. Add lines, or say why it is made all the same.',
      detail: { minimum_minor: terms.minimum_minor, value_minor },
    });
  }
  await tx
    .insertInto('draft_order')
    .values({
      id: context.mutation_id,
      company_id,
      site_id,
      number: await nextNumber(tx, company_id),
      supplier_id,
      value_minor,
      freight_minor: freightOf(terms, value_minor),
      minimum_reason: value_minor < terms.minimum_minor ? args.minimum_reason : null,
      ...written(context),
    })
    .execute();
  await tx
    .insertInto('draft_order_line')
    .values(
      decisions.map(({ id, item_id, qty_milli, unit_price_micro, value_minor: worth }, index) => ({
        id: rowId(context.mutation_id, index),
        company_id,
        site_id,
        draft_order_id: context.mutation_id,
        decision_id: id,
        item_id,
        qty_milli,
        unit_price_micro,
        value_minor: worth,
      })),
    )
    .execute();
};

export const sendDraftOrder: CommandHandler<'sendDraftOrder'> = async (context, args) => {
  const { tx, user } = context;
  const { draft, company } = await openDraft(context, args);
  const { company_id, site_id, supplier_id, number } = draft;
  await refuseUnseen(context, company, draft.id);
  const lines = await tx
    .selectFrom('draft_order_line')
    .select(['item_id', 'qty_milli', 'unit_price_micro'])
    .where('draft_order_id', '=', draft.id)
    .orderBy('id')
    .execute();
  const known = await knownTerms(
    tx,
    company,
    lines.map((line) => line.item_id),
  );
  const today = isoDate(company.today_on);
  const calendar = (await calendarsOf(tx, company))(supplier_id, site_id);
  const wait_for_on = notToday(calendar, company.today_on);
  if (wait_for_on !== null) {
    throw new Refusal('rejected', {
      code: 'not_an_order_day',
      message: notTodayWords(wait_for_on),
      detail: { order_on: isoDate(wait_for_on) },
    });
  }
  const order = await tx
    .insertInto('purchase_order')
    .values({
      company_id,
      site_id,
      number,
      supplier_id,
      ordered_on: today,
      state: 'open',
      approved_on: today,
      buyer: user.name,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const written_lines = await tx
    .insertInto('po_line')
    .values(
      lines.map(({ item_id, qty_milli }) => {
        const days = Math.max(0, known.of(item_id, supplier_id, site_id)?.lead_time_days ?? 0);
        const expected_on = isoDate(
          daysOfOrder({ calendar, as_of_on: company.today_on, lead_time_days: days }).receive_on,
        );
        return {
          company_id,
          site_id,
          purchase_order_id: order.id,
          item_id,
          ordered_qty_milli: qty_milli,
          received_qty_milli: 0,
          promised_on: expected_on,
          expected_on,
        };
      }),
    )
    .returning(['id', 'item_id'])
    .execute();
  // a decision is about one item of the site, so an item is on a draft once
  const prices = new Map(lines.map((line) => [line.item_id, line.unit_price_micro]));
  const priced = written_lines.flatMap(({ id, item_id }) => {
    const unit_price_micro = prices.get(item_id) ?? null;
    return unit_price_micro === null ? [] : [{ id, company_id, site_id, unit_price_micro }];
  });
  if (priced.length > 0) await tx.insertInto('po_line_price').values(priced).execute();
  await tx
    .insertInto('draft_order_event')
    .values({
      id: context.mutation_id,
      company_id,
      site_id,
      draft_order_id: draft.id,
      kind: 'sent',
      purchase_order_id: order.id,
      ...written(context),
    })
    .execute();
  context.tell({
    kind: 'draft_order_sent',
    about: number,
    detail: { purchase_order: order.id, supplier: supplier_id, lines: lines.length, value_minor: draft.value_minor },
  });
};

export const cancelDraftOrder: CommandHandler<'cancelDraftOrder'> = async (context, args) => {
  const { draft } = await openDraft(context, args);
  await context.tx
    .insertInto('draft_order_event')
    .values({
      id: context.mutation_id,
      company_id: draft.company_id,
      site_id: draft.site_id,
      draft_order_id: draft.id,
      kind: 'cancelled',
      reason: args.reason,
      ...written(context),
    })
    .execute();
};

/** Beyond the limit it goes out when a second person approved it; what one refused does not go out at all. */
async function refuseUnseen(
  { tx, now_ms }: CommandContext,
  company: CompanyDay,
  draft_order_id: string,
): Promise<void> {
  const judged = await judgedOrders(tx, company, { draft_order_ids: [draft_order_id], now_ms });
  const found = judged.get(draft_order_id);
  if (!found) throw notFound('draft order');
  const { order, value } = found;
  const answer = maySendOrder(order, value, company.currency);
  if (answer.ok) return;
  const { own_minor, others_minor, limit_minor } = value;
  throw new Refusal(answer.outcome, {
    code: answer.code,
    message: answer.message,
    detail:
      order.answer === null
        ? { unseen_minor: own_minor + others_minor, limit_minor }
        : { by: order.answer.by, at_ms: order.answer.at_ms },
  });
}

function refuseUnlessReady(decision: StoredDecision, newest: StoredDecision | undefined): void {
  if (newest?.id !== decision.id || !decision.stands) {
    throw new Refusal('conflict', {
      code: 'decision_replaced',
      message: 'A line was decided anew meanwhile. Look at what stands now, then make the draft.',
      detail: newest ? { by: newest.author, at_ms: newest.accepted_at_ms } : {},
    });
  }
  if (decision.state === 'accepted') return;
  if (decision.state === 'on_draft') {
    throw new Refusal('conflict', {
      code: 'on_a_draft',
      message: `A line is on draft order ${decision.draft?.number ?? ''} already.`,
      detail: { by: decision.author },
    });
  }
  throw new Refusal('rejected', {
    code: 'not_approved',
    message: 'A line is not approved yet. Leave it out, or have it approved first.',
  });
}

interface OpenDraft {
  readonly id: string;
  readonly company_id: number;
  readonly site_id: number;
  readonly supplier_id: number;
  readonly number: string;
  readonly value_minor: number;
}

/** A draft that is neither sent nor cancelled, under the company's lock. */
async function openDraft(
  context: CommandContext,
  { company_id, draft_order_id }: { readonly company_id: number; readonly draft_order_id: string },
): Promise<{ readonly draft: OpenDraft; readonly company: CompanyDay }> {
  const draft = await context.tx
    .selectFrom('draft_order')
    .select(['id', 'company_id', 'site_id', 'supplier_id', 'number', 'value_minor'])
    .where('company_id', '=', company_id)
    .where('id', '=', draft_order_id)
    .executeTakeFirst();
  if (!draft) throw notFound('draft order');
  const company = await enterCompany(context, company_id, [draft.site_id], 'plan', 'send or cancel draft orders here');
  const ended = await context.tx
    .selectFrom('draft_order_event')
    .select(['kind', 'author', 'accepted_at'])
    .where('draft_order_id', '=', draft_order_id)
    .executeTakeFirst();
  if (ended) {
    throw new Refusal('conflict', {
      code: 'draft_ended',
      message: `${ended.author} ${ended.kind === 'sent' ? 'sent' : 'cancelled'} it before you.`,
      detail: { by: ended.author, at_ms: ended.accepted_at.getTime() },
    });
  }
  return { draft, company };
}

/** DO-00001 and up within the company; its lock is held. */
async function nextNumber(tx: ServerTransaction, company_id: number): Promise<string> {
  const { made } = await tx
    .selectFrom('draft_order')
    .select(({ fn }) => fn.countAll().as('made'))
    .where('company_id', '=', company_id)
    .executeTakeFirstOrThrow();
  return `DO-${String(Number(made) + 1).padStart(5, '0')}`;
}
