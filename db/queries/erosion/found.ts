/** The unusual falls of a company's month, found once per state of the copy. */
import { addMonths } from '#domain/calendar.ts';
import { isErosion } from '#domain/pricing/erosion/cause.ts';
import { causeWords } from '#domain/pricing/erosion/explanation.ts';
import { dimensionsOf, type Erosion, erosionsOf } from '#domain/pricing/erosion/tellOnce.ts';
import { FEWEST_MONTHS, HISTORY_MONTHS } from '#domain/pricing/erosion/unusual.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { ErosionRow } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext } from '../context.ts';
import { itemFacts, type KnownFacts } from '../facts.ts';
import { listPriceOwners } from '../leakage/listPriceOwners.ts';
import { referenceOf } from '../margin/bridgeScan.ts';
import { creditRows } from '../margin/credits.ts';
import { pivotView } from '../pivot/scope.ts';
import { asOfDay } from '../provenance.ts';
import { rememberedOf } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { channelsOf } from '../reference/names.ts';
import { seesArea } from '../rights.ts';
import { latest, wholeSince } from '../wholeSince.ts';
import { erosionCause } from './erosionCause.ts';
import { type ErosionGround, erosionMonths, type Group } from './erosionColumns.ts';
import { erosionSource } from './erosionSource.ts';

export const EROSION_FACTS = ['order_line', 'order_line_cost', 'credit_note', 'claim_cost'] as const;
/** While none of these changed, what was found stands. */
export const EROSION_TABLES = [
  ...EROSION_FACTS,
  ...(['sales_order', 'item', 'party', 'channel', 'price_rule'] as const),
] as const satisfies readonly WireTableName[];

export interface FoundErosion {
  readonly row: ErosionRow;
  readonly erosion: Erosion;
  /** Whose lines are none of its own, those among them that turned out to be no erosion. */
  readonly taken: readonly Group[];
}
export interface FoundErosions {
  /** In the order in which they were told. */
  readonly told: readonly FoundErosion[];
  readonly least_minor: number;
  readonly reason: string | null;
}

/** Refused without the cost area. */
export async function foundErosions(context: QueryContext, company_id: number, month: number): Promise<FoundErosions> {
  const company = await companyById(context, company_id);
  if (!seesArea(context.user, company.id, 'cost')) {
    throw new BinnacleError('not_permitted', 'Margins are made of cost, which is for Finance.');
  }
  const as_of_on = asOfDay(context, company.time_zone);
  const key = JSON.stringify([company.id, month, as_of_on, [...context.replica.loading_tables]]);
  return rememberedOf(
    context,
    (cache) => cache.erosions,
    key,
    EROSION_TABLES,
    async () => {
      const ground = await erosionGround(context, company.id, month);
      if (ground.since_month > addMonths(month, -FEWEST_MONTHS)) {
        const reason = `Of the months before, fewer than ${FEWEST_MONTHS} are here yet. What is usual cannot be told.`;
        return { told: [], least_minor: 0, reason };
      }
      return findErosions(ground, as_of_on);
    },
  );
}

export async function erosionGround(context: QueryContext, company_id: number, month: number): Promise<ErosionGround> {
  const view = pivotView(context, [company_id]);
  const since = latest(await wholeSince(context, EROSION_FACTS, [company_id]), view.since([company_id]));
  const months = erosionMonths(month);
  const range = { from_month: Math.max(months[0] ?? month, since ?? 0), to_month: month };
  return {
    context,
    view,
    items: await itemFacts(context),
    company_id,
    months,
    since_month: since ?? 0,
    credits: await creditRows(context, [company_id], range, true),
  };
}

async function findErosions(ground: ErosionGround, as_of_on: number): Promise<FoundErosions> {
  const { context, view, company_id, months } = ground;
  const month = months.at(-1) ?? 0;
  const { source, least_minor } = erosionSource(ground);
  const erosions = erosionsOf(source, least_minor);
  if (erosions.length === 0) return { told: [], least_minor, reason: null };
  const reference = await referenceOf(
    context,
    view,
    [company_id],
    { from_month: month, to_month: month },
    { from_month: addMonths(month, -HISTORY_MONTHS), to_month: addMonths(month, -1) },
  );
  const names = await namesOf(context, company_id);
  const told: FoundErosion[] = [];
  for (const [nth, erosion] of erosions.entries()) {
    context.checkCancelled();
    const taken = erosions.slice(0, nth);
    const { parts, evidence, lines, net_minor, margin_minor } = erosionCause(ground, erosion, taken, reference);
    const documents = evidence.part === 'returns' || evidence.part === 'claims' ? evidence.lines : 0;
    if (!isErosion(erosion.level, evidence.part, documents)) continue;
    const most = 'most' in evidence ? evidence.most : null;
    const priced = erosion.level === 'item' ? Number(erosion.key) : most?.item_id;
    const owners = listPriceOwners(context, company_id, priced === undefined ? [] : [{ item_id: priced }], as_of_on);
    const row: ErosionRow = {
      key: `${erosion.level}:${erosion.key}`,
      level: erosion.level,
      ...names(erosion),
      kind: erosion.kind,
      scattered: erosion.scattered,
      without_others: taken.length > 0,
      usual_bp: Math.round(erosion.usual_ppm / 100),
      now_bp: Math.round(erosion.now_ppm / 100),
      spread_bp: Math.round(erosion.spread_ppm / 100),
      months: erosion.months,
      net_minor,
      margin_minor,
      fall_minor: erosion.fall_minor,
      parts,
      evidence,
      words: causeWords(evidence, erosion.level === 'item' && Number(erosion.key) === most?.item_id),
      lines,
      owner: sellerOf(erosion, ground.items) ?? (priced === undefined ? null : (owners.get(priced) ?? null)),
    };
    told.push({ row, erosion, taken });
  }
  return { told, least_minor, reason: null };
}

/** Who looks after the customers of a group, where one does. */
function sellerOf(group: Group, items: KnownFacts): string | null {
  const [[dimension, key] = ['channel', '']] = dimensionsOf(group.level, group.key);
  if (dimension === 'salesperson') return key;
  return dimension === 'customer' ? items.salespersonOf(Number(key)) || null : null;
}

/** What a group is called. */
async function namesOf(context: QueryContext, company_id: number) {
  const channels = await channelsOf(context.db, company_id);
  const one = (sql: string, id: string): string => context.scan<readonly [string]>(sql, [Number(id)])[0]?.[0] ?? id;
  const nameOf = ([dimension, key]: readonly [string, string]): string => {
    if (dimension === 'channel') return channels.get(Number(key))?.name ?? 'Unmapped';
    if (dimension === 'item') return one(`SELECT code || ' ' || name FROM main.item WHERE id = ?`, key);
    if (dimension === 'customer' || dimension === 'supplier')
      return one('SELECT name FROM main.party WHERE id = ?', key);
    return key;
  };
  return (group: Group): Pick<ErosionRow, 'name' | 'channel_kind'> => ({
    name: dimensionsOf(group.level, group.key).map(nameOf).join(', '),
    channel_kind: group.level === 'channel' ? (channels.get(Number(group.key))?.kind ?? 'unmapped') : null,
  });
}
