/**
 * Which lines make this figure? They stay those of the moment at which the list was opened, so that they add up to the
 * total it says.
 */
import { ladderSteps } from '#domain/kpi/marginLadder.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { MarginLineView, QueryArgs } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { listBlock, type ListReader } from '../listEditions.ts';
import { orderLineViews } from '../orders/orderLineViews.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import { wholeSince } from '../wholeSince.ts';
import {
  CLAIMED,
  CREDITED,
  isStep,
  MARGIN_LIST_TABLES,
  type MarginList,
  type MarginListRow,
  marginSort,
  readMarginList,
} from './marginList.ts';

/** The list a question is about; its blocks are read of it. */
export async function marginListOf(context: QueryContext, asked: QueryArgs<'marginLines'>) {
  const company = await companyById(context, asked.company_id);
  const facts = [
    'order_line' as const,
    ...(isStep(asked.figure) ? (['order_line_cost'] as const) : []),
    ...(CREDITED.has(asked.figure) ? (['credit_note'] as const) : []),
    ...(CLAIMED.has(asked.figure) ? (['claim_cost'] as const) : []),
  ];
  const since_month = await wholeSince(context, facts, [company.id]);
  const args = { ...asked, from_month: Math.max(asked.from_month, since_month ?? 0) };
  const cost_visible = seesArea(context.user, company.id, 'cost');
  if (!cost_visible && (isStep(args.figure) || marginSort(args).of_cost)) {
    throw new BinnacleError('not_permitted', 'Margins are made of cost, which is for Finance.');
  }
  const { offset: _offset, limit: _limit, edition: _edition, locate: _locate, ...of } = args;
  const reader: ListReader<MarginList> = {
    pick: (cache) => cache.marginLists,
    question: {
      of: [of, cost_visible],
      tables: MARGIN_LIST_TABLES,
      as_of_on: null,
      read: (range) => readMarginList(context, { ...args, ...range }),
      keyOf: (row) => row.key,
    },
  };
  return { company, cost_visible, facts, since_month, reader };
}

export const marginLines: QueryHandler<'marginLines'> = async (context, args) => {
  const { company, cost_visible, facts, since_month, reader } = await marginListOf(context, args);
  const { list, rows, read_in, standing } = await listBlock(context, args, reader);
  return {
    lines: await marginLineViews(context, company.id, rows, cost_visible),
    ...list.totals,
    ...read_in,
    currency: company.currency,
    cost_visible,
    provenance: provenance({ ...context, replica: standing }, [...facts, 'sales_order', 'item'], since_month),
  };
};

export async function marginLineViews(
  context: QueryContext,
  company_id: number,
  rows: readonly MarginListRow[],
  cost_visible: boolean,
): Promise<MarginLineView[]> {
  const figures = rows.flatMap(({ line }) => line ?? []);
  const named = new Map((await orderLineViews(context, company_id, figures)).map((view) => [view.order_line_id, view]));
  return rows.map(({ key, line, document }): MarginLineView => {
    if (line === null) return document;
    const view = named.get(line.id);
    if (!view) throw new Error(`${key} was not named`);
    const { freight_minor, rebate_minor, fee_minor } = cost_visible ? line : NO_COSTS;
    const steps = cost_visible ? ladderSteps(line) : { gm1: null, gm2: null, gm3: null };
    return {
      ...view,
      key,
      credit_note_id: null,
      claim_cost_id: null,
      freight_minor,
      rebate_minor,
      fee_minor,
      claim_minor: null,
      gm1_minor: steps.gm1,
      gm2_minor: steps.gm2,
      gm3_minor: steps.gm3,
    };
  });
}

const NO_COSTS = { freight_minor: null, rebate_minor: null, fee_minor: null };
