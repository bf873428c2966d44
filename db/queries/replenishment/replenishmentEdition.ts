/** Editions of the proposals of a company: what was reckoned of one state of its tables, and arrangements of its lines. */
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext } from '../context.ts';
import { type Edition, editionOf, type Editions } from '../editions.ts';
import { type DemandInForce, demandInForce } from '../forecast/demandInForce.ts';
import { rememberedOf } from '../readCache.ts';
import { type OpenParts, openParts, STOCK_TABLES, type StockColumns } from '../stock/stockColumns.ts';
import { stockEdition } from '../stock/stockEditions.ts';
import type { StockQuestion } from '../stock/stockModel.ts';
import { type BuyingColumns, buyingColumns } from './buyingColumns.ts';
import { recentMoves, siteLanes } from './lanes.ts';
import { type DecidedAlready, decidedAlready, movesOf } from './decidedAlready.ts';
import { keyOfLine } from './lineRow.ts';
import { type Decisions, decisionsOf, decisionsSignature } from './decisions.ts';
import { type EngineQuestion, type Proposals, proposeAll } from './engine.ts';
import type { LinesView } from './linesView.ts';
import { positionDocuments } from './positionDocuments.ts';
import { type DemandColumns, demandOfPositions } from './positionTerms.ts';

export interface KeptProposals {
  readonly question: EngineQuestion;
  readonly proposals: Proposals;
  /** As they stood at the latest answer. */
  decisions: Decisions;
  readonly took_ms: number;
  /** Arrangements of its lines, the latest used last. */
  readonly views: Map<string, LinesView>;
}

/** Of all companies together. */
const MOST_EDITIONS = 2;

const BUYING_TABLES: readonly WireTableName[] = [
  'supplier_item',
  'supplier_item_price',
  'supplier_terms',
  'supplier_terms_cost',
  'supplier_container',
  'item_keeping',
  'buying_calendar',
  'policy',
  'purchase_order',
  'po_line',
  'item',
  'site',
];
const WAY_TABLES: readonly WireTableName[] = [
  'transfer_lane',
  'transfer_lane_cost',
  'stock_move',
  'transfer_event',
  'buying_calendar',
  'item',
  'site',
];
export type Ways = Pick<EngineQuestion, 'lanes' | 'recent'>;
export const REPLENISHMENT_TABLES: readonly WireTableName[] = [
  ...new Set<WireTableName>([...STOCK_TABLES, ...BUYING_TABLES, ...WAY_TABLES, 'forecast_override']),
];

export async function replenishmentEdition(
  context: QueryContext,
  question: StockQuestion,
  wanted: string | undefined,
): Promise<{ readonly edition: Edition<KeptProposals>; readonly newer: boolean }> {
  const { company_id, currency, cost_visible, as_of_on } = question;
  const kept: Editions<KeptProposals> = context.cache?.replenishmentEditions ?? [];
  const forecasts = demandInForce(context, company_id, as_of_on);
  const answer = await editionOf(
    context,
    kept,
    {
      of: [company_id, currency, cost_visible],
      tables: REPLENISHMENT_TABLES,
      as_of_on,
      also: forecasts.key,
      most: MOST_EDITIONS,
      make: () => reckon(context, question, forecasts),
    },
    wanted,
  );
  standAt(answer.edition.value, decisionsOf(context, question));
  return answer;
}

/** Arrangements go with the decisions they were made of: they are filtered and summed by them. */
function standAt(kept: KeptProposals, decisions: Decisions): void {
  if (decisionsSignature(decisions) === decisionsSignature(kept.decisions)) return;
  kept.decisions = decisions;
  kept.views.clear();
}

/** What the engine reckons with, as it was read. */
export interface EngineFacts {
  readonly stock: StockColumns;
  readonly open: OpenParts;
  readonly buying: BuyingColumns;
  readonly demand: DemandColumns;
  /** What the demand goes by, where it goes by a forecast. */
  readonly forecasts: DemandInForce;
  readonly ways: Ways;
  readonly decided: DecidedAlready;
}

async function reckon(
  context: QueryContext,
  question: StockQuestion,
  forecasts: DemandInForce,
): Promise<KeptProposals> {
  const began_ms = context.elapsedMs?.() ?? 0;
  const { columns: stock } = (await stockEdition(context, question, undefined)).edition.value;
  const open = await openParts(context, question, stock.ground);
  const reckoned = reckonProposals(context, question, await engineFacts(context, question, { stock, open }, forecasts));
  return {
    ...reckoned,
    decisions: new Map(),
    took_ms: Math.round((context.elapsedMs?.() ?? 0) - began_ms),
    views: new Map(),
  };
}

export async function engineFacts(
  context: QueryContext,
  question: StockQuestion,
  { stock, open }: Pick<EngineFacts, 'stock' | 'open'>,
  forecasts: DemandInForce = demandInForce(context, question.company_id, question.as_of_on),
): Promise<EngineFacts> {
  const { company_id, cost_visible, as_of_on } = question;
  const { checkCancelled } = context;
  checkCancelled();
  const buying = await rememberedOf<BuyingColumns>(
    context,
    (cache) => cache.buying,
    JSON.stringify([company_id, as_of_on, cost_visible]),
    BUYING_TABLES,
    async () => buyingColumns(context, question, stock.ground),
  );
  checkCancelled();
  const ways = await rememberedOf<Ways>(
    context,
    (cache) => cache.ways,
    JSON.stringify([company_id, as_of_on, cost_visible]),
    WAY_TABLES,
    async () => {
      const lanes = cost_visible ? siteLanes(context, question, stock.ground) : [];
      return { lanes, recent: lanes.length === 0 ? new Map() : recentMoves(context, question, stock.ground) };
    },
  );
  checkCancelled();
  return {
    stock,
    open,
    buying,
    demand: demandOfPositions(stock, buying, forecasts, as_of_on),
    forecasts,
    ways,
    decided: decidedAlready(context, question, stock),
  };
}

/** `coming`: decisions that count as on order. */
export function engineQuestion(
  { checkCancelled }: Pick<QueryContext, 'checkCancelled'>,
  { as_of_on, currency, cost_visible }: StockQuestion,
  { stock, open, buying, demand, forecasts, ways, decided }: EngineFacts,
  coming: DecidedAlready['coming'] = [],
): EngineQuestion {
  return {
    stock,
    documents: positionDocuments(stock, open, as_of_on, coming),
    buying,
    demand,
    forecasts,
    lanes: ways.lanes,
    recent: movesOf(ways.recent, decided.barred),
    as_of_on,
    currency,
    cost_visible,
    checkCancelled,
  };
}

export function reckonProposals(
  context: Pick<QueryContext, 'checkCancelled'>,
  question: StockQuestion,
  facts: EngineFacts,
): Pick<KeptProposals, 'question' | 'proposals'> {
  const asked = engineQuestion(context, question, facts);
  const proposals = proposeAll(asked);
  const proposed = new Set(proposals.lines.map((line) => keyOfLine(facts.stock, line)));
  const coming = facts.decided.coming.filter(({ key }) => !proposed.has(key));
  if (coming.length === 0) return { question: asked, proposals };
  const again = engineQuestion(context, question, facts, coming);
  return { question: again, proposals: proposeAll(again) };
}
