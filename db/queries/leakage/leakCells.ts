/**
 * The leaks that leakage.ts finds in the tables, found in the columns: rules are looked up by code, and only lines that
 * leak are read. What the columns do not hold (an approval, a freight line among what else was billed) is asked of those.
 */
import {
  accruedRebateBp,
  allowedDiscountBp,
  belowFloorMinor,
  discountBeyondRuleMinor,
  freightNotChargedMinor,
  rebateNotAccruedMinor,
} from '#domain/pricing/leakage.ts';
import { rebateOf } from '#domain/pricing/rebates.ts';
import { createCellLayout } from '#db/analysis/cells.ts';
import type { FactPart } from '#db/analysis/factMemory.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { LINE_CLASS } from '#db/analysis/lineFacts.ts';
import { scanFacts } from '#db/analysis/scan.ts';
import type { QueryContext } from '../context.ts';
import { keepCompanies } from '../facts.ts';
import { floorOf, type LeakageQuestion, type LeakageRules, type LeakingLine } from './rules.ts';
import { type RowReader, rowReader } from './rowReader.ts';

/** A line that leaks as far as the columns tell. */
interface Suspect {
  readonly cause: LeakingLine['cause'];
  readonly line_id: number;
  readonly rule_bp: number | null;
  readonly given_bp: number | null;
  readonly leak_minor: number;
  /** Of the whole order, found when it is over: after all its lines. */
  readonly whole: boolean;
  /** Who answers for it, where it is not who looks after the customer. */
  readonly owner: string | null;
  readonly head: Head;
}

interface Head {
  readonly order_id: number;
  readonly month: number;
  readonly channel_id: number | null;
  readonly party_id: number | null;
  readonly item_id: number | null;
  readonly site_id: number | null;
  readonly ordered_on: number;
  readonly qty_milli: number;
}

/** In the order in which the tables give them: by month, lines before orders, by the line's id. */
export function leaksFromColumns(
  context: QueryContext,
  view: FactView,
  question: LeakageQuestion,
  rules: LeakageRules,
): LeakingLine[] {
  const suspects: Suspect[] = [];
  /** Orders on which something is billed that may be freight. */
  const unsure = new Set<number>();
  const layout = createCellLayout(view);
  keepCompanies(layout, [question.company_id]);
  layout.keep('ordered_on', (day) => Number(day) >= question.from_on && Number(day) <= question.to_on);
  scanFacts(view, {
    cells: 1,
    keys: layout.keys(),
    codes: [],
    sums: [],
    checkCancelled: context.checkCancelled,
    visit: (part, keys) => suspectsOf(part, keys, { question, rules, suspects, unsure }),
  });
  const freighted = freightOf(context, unsure);
  const known = linesById(
    context,
    suspects.map(({ line_id }) => line_id),
    question.cost_visible,
  );
  return suspects
    .filter(({ cause, head }) => cause !== 'freight_not_charged' || !freighted.has(head.order_id))
    .toSorted(
      (a, b) =>
        a.head.month - b.head.month || Number(a.whole) - Number(b.whole) || a.line_id - b.line_id || turn(a) - turn(b),
    )
    .flatMap(({ cause, line_id, rule_bp, given_bp, leak_minor, head: { month: _month, ...head }, whole, owner }) => {
      const line = known.get(line_id);
      if (line === undefined) return [];
      if (cause === 'rebate_not_accrued' && !line.has_cost) return [];
      const { number, country } = line;
      // what the whole order leaks is of no line and no item of it
      const about = { ...head, ...(whole ? { item_id: null, order_line_id: null } : { order_line_id: line_id }) };
      const approved_by =
        cause === 'discount_not_approved'
          ? line.approved_by
          : cause === 'below_floor'
            ? (rules.floor_approvals.get(head.order_id) ?? null)
            : null;
      const answers = owner ?? rules.salespersonOf(head.party_id);
      return [{ ...about, number, country, cause, rule_bp, given_bp, leak_minor, approved_by, owner: answers }];
    });
}

const TURNS = ['discount_not_approved', 'below_floor', 'rebate_not_accrued', 'freight_not_charged'];
const turn = ({ cause }: Suspect): number => TURNS.indexOf(cause);

interface Finds {
  readonly question: LeakageQuestion;
  readonly rules: LeakageRules;
  readonly suspects: Suspect[];
  readonly unsure: Set<number>;
}

function suspectsOf(part: FactPart, keys: Int32Array, { question, rules, suspects, unsure }: Finds): void {
  const columns = rowReader(part);
  const { cost_visible, currency } = question;
  let order = -1;
  /** The order's first goods; -1 = none yet. */
  let first = -1;
  let goods_net_minor = 0;
  let others = 0;
  const endOrder = (): void => {
    if (first < 0) return;
    const head = headOf(columns, first);
    const rule = rules.channelRule(head);
    const leak_minor = rule ? freightNotChargedMinor({ goods_net_minor, freight_lines: 0 }, rule) : 0;
    if (leak_minor <= 0) return;
    if (others > 0) unsure.add(head.order_id);
    const cause = 'freight_not_charged';
    suspects.push({
      cause,
      line_id: columns.line(first),
      rule_bp: null,
      given_bp: null,
      leak_minor,
      whole: true,
      head,
      owner: null,
    });
  };
  for (let row = 0; row < part.general.rows; row += 1) {
    if ((keys[row] as number) < 0) continue;
    if (columns.order(row) !== order) {
      endOrder();
      order = columns.order(row);
      first = -1;
      goods_net_minor = 0;
      others = 0;
    }
    const line_class = columns.class(row);
    if (line_class === LINE_CLASS.other) others += 1;
    if (line_class !== LINE_CLASS.goods && line_class !== LINE_CLASS.goods_below_zero) continue;
    if (first < 0) first = row;
    const gross_minor = columns.gross(row);
    const discount_minor = columns.discount(row);
    const net_minor = gross_minor - discount_minor;
    goods_net_minor += net_minor;
    const leaks = (
      cause: Suspect['cause'],
      leak_minor: number,
      rule_bp: number | null,
      given_bp: number | null,
      owner: string | null = null,
    ): void => {
      if (leak_minor <= 0) return;
      const line_id = columns.line(row);
      suspects.push({ cause, line_id, rule_bp, given_bp, leak_minor, whole: false, head: headOf(columns, row), owner });
    };
    // most lines are within the strictest rule there is
    if (discount_minor > 0 && discount_minor * 10_000 > gross_minor * rules.strictest_bp - 10_000) {
      const head = headOf(columns, row);
      const category = head.item_id === null ? null : rules.categoryOf(head.item_id);
      const rule_bp = allowedDiscountBp({ ...head, category }, rules.discounts, rules.channelMaxBp(head));
      if (rule_bp !== null) {
        const leak_minor = discountBeyondRuleMinor({ gross_minor, discount_minor, approved_by: null }, rule_bp);
        leaks('discount_not_approved', leak_minor, rule_bp, Math.round((discount_minor * 10_000) / gross_minor));
      }
    }
    if (!cost_visible) continue;
    const floors = rules.floors.get(columns.item(row));
    const floor = floors && floorOf(floors, soldOf(columns, row));
    if (floor !== undefined) {
      const sold_qty_milli = columns.qty(row);
      leaks('below_floor', belowFloorMinor({ sold_qty_milli, net_minor }, floor, currency), null, null);
    }
    const party_id = columns.party(row);
    const highest_bp = rules.highestRebateBp.get(party_id);
    const rebate_minor = columns.rebate(row);
    // most lines bear what the best agreement gives
    if (highest_bp === undefined || rebate_minor * 10_000 > net_minor * highest_bp - 10_000) continue;
    const rate = rebateOf(rules.rebates.get(party_id) ?? [], soldOf(columns, row));
    if (rate === undefined) continue;
    const line = { net_minor, rebate_minor };
    const leak_minor = rebateNotAccruedMinor(line, rate.rate_bp);
    leaks('rebate_not_accrued', leak_minor, rate.rate_bp, accruedRebateBp(line), rate.owner);
  }
  endOrder();
}

/** A row's keys, for lines that leak. */
function headOf(row: RowReader, at: number): Head {
  return {
    order_id: row.order(at),
    month: row.month(at),
    channel_id: idOrNull(row.channel(at)),
    party_id: idOrNull(row.party(at)),
    item_id: idOrNull(row.item(at)),
    site_id: idOrNull(row.site(at)),
    ordered_on: row.ordered_on(at),
    qty_milli: row.qty(at),
  };
}

/** As much of it as tells which floor or agreement holds: asked of every line. */
function soldOf(row: RowReader, at: number): Pick<Head, 'channel_id' | 'ordered_on'> {
  return { channel_id: idOrNull(row.channel(at)), ordered_on: row.ordered_on(at) };
}

function idOrNull(id: number): number | null {
  return Number.isNaN(id) ? null : id;
}

/** Those of the orders that bear a freight line. */
function freightOf({ scan }: QueryContext, orders: ReadonlySet<number>): ReadonlySet<number> {
  if (orders.size === 0) return orders;
  const rows = scan<readonly [order_id: number]>(
    `SELECT DISTINCT l.order_id FROM main.order_line l
     WHERE l.order_id IN (SELECT value FROM json_each(?)) AND l.kind = 'freight'`,
    [JSON.stringify([...orders])],
  );
  return new Set(rows.map(([order_id]) => order_id));
}

interface KnownLine {
  readonly number: string;
  readonly country: string | null;
  readonly approved_by: string | null;
  readonly has_cost: boolean;
}

function linesById({ scan }: QueryContext, ids: readonly number[], cost_visible: boolean): Map<number, KnownLine> {
  const cost = cost_visible ? 'EXISTS (SELECT 1 FROM main.order_line_cost c WHERE c.id = l.id)' : '0';
  const rows = scan<
    readonly [id: number, number: string, country: string | null, approved_by: string | null, has_cost: number]
  >(
    `SELECT l.id, o.number, l.country, l.approved_by, ${cost}
     FROM json_each(?) j JOIN main.order_line l ON l.id = j.value JOIN main.sales_order o ON o.id = l.order_id`,
    [JSON.stringify([...new Set(ids)])],
  );
  return new Map(
    rows.map(([id, number, country, approved_by, has_cost]) => [
      id,
      { number, country, approved_by, has_cost: has_cost === 1 },
    ]),
  );
}
