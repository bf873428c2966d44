/** What was decided about replenishment these days: something waits for approval, an approved draft waits to be sent, one for a second person, one was cancelled. */
import { isoDate } from '#domain/calendar.ts';
import { lineAmountMinor, safeNumber } from '#domain/money.ts';
import { approvalText } from '#domain/planning/replenishment/approval.ts';
import { approvalLimitsIn, APPROVAL_RULE_VERSION } from '#domain/planning/replenishment/orderTerms.ts';
import type { DemoItem } from './catalogue/items.ts';
import { supplierPrice } from './pricing/rules.ts';
import type { DemoBatch, DemoRow } from './rows.ts';
import type { CompanyWorld } from './world.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Lines of a draft, and about what each is worth: the first is beyond the limit, and was approved. */
const LINES = 3;
const LINE_WORTHS_MINOR = [190_000, 90_000] as const;
/** Of one that nobody else saw and that is beyond the limit, though none of its lines is. */
const LARGE_LINES = 6;

export function* replenishmentBatches(world: CompanyWorld): Generator<DemoBatch> {
  const { company, items, horizon } = world;
  const site = company.sites[0];
  if (company.code !== 'HAL' || !site) return;
  const random = world.stream('replenishment');
  const steady = items.filter((each) => each.active && each.pattern === 'steady');
  const limits = approvalLimitsIn(company.currency);

  const at = (days_ago: number): number =>
    (horizon.today - days_ago) * DAY_MS + 9 * HOUR_MS + random.whole(0, 120) * 60_000;
  const written = (author: string, days_ago: number) => {
    const written_at = at(days_ago);
    return { author, written_at, accepted_at: written_at + 1_400 };
  };
  const worth = (item: DemoItem, qty_milli: number): number =>
    safeNumber(lineAmountMinor(BigInt(qty_milli), BigInt(priceOf(item)), company.currency));
  const decide = (
    item: DemoItem,
    packs: number,
    by: { author: string; days_ago: number },
    verdict: 'accepted' | 'rejected',
    reason: string | null = null,
  ): DemoRow<'replenishment_decision'> => {
    const proposed = item.pack_qty_milli * packs;
    const qty_milli = verdict === 'accepted' ? proposed : 0;
    const value_minor = worth(item, qty_milli);
    const decided_on = horizon.today - by.days_ago;
    return {
      id: `${random.uuid()}/0`,
      company_id: company.id,
      site_id: site.id,
      item_id: item.id,
      kind: 'buy',
      supplier_id: item.supplier.id,
      from_site_id: null,
      verdict,
      proposed_qty_milli: proposed,
      qty_milli,
      receive_on: decided_on + item.supplier.lead_time_days,
      reason,
      inputs: JSON.stringify({
        as_of_on: isoDate(decided_on),
        because: 'needed',
        position_qty_milli: 0,
        week_qty_milli: Math.round(proposed / 5),
        reorder_qty_milli: proposed,
        up_to_qty_milli: proposed,
        need_qty_milli: proposed,
        accepted_before_qty_milli: 0,
        order_by_on: isoDate(decided_on),
        runs_out_on: null,
        short_qty_milli: 0,
      }),
      rule_version: APPROVAL_RULE_VERSION,
      unit_price_micro: priceOf(item),
      value_minor,
      approval: approvalText(value_minor > limits.value_minor ? ['value'] : []),
      follows: null,
      ...written(by.author, by.days_ago),
    };
  };

  const dear = steady.toSorted((a, b) => packPrice(b) - packPrice(a) || a.id - b.id);
  const large = (item: DemoItem): number =>
    Math.max(2, Math.ceil((limits.value_minor * 1.3) / worth(item, item.pack_qty_milli)));
  const asked = dear
    .slice(0, 4)
    .map((item) => decide(item, large(item), { author: 'planner', days_ago: 1 }, 'accepted'));
  const approved = asked[0];
  const rejected = dear
    .slice(4, 5)
    .map((item) =>
      decide(
        item,
        2,
        { author: 'planner', days_ago: 2 },
        'rejected',
        'The successor comes in next month; sell off first.',
      ),
    );
  const taken = new Set(dear.slice(0, 5));
  const bySupplier = Map.groupBy(
    steady.filter((each) => !taken.has(each)),
    (each) => each.supplier,
  );
  const [first = [], second = []] = [...bySupplier.values()].filter((each) => each.length >= LINES);
  const drafts = [first, second]
    .filter((each) => each.length > 0)
    .map((each, nth) => {
      const lines = each
        .slice(0, LINES)
        .map((item) =>
          decide(
            item,
            Math.max(1, Math.ceil((LINE_WORTHS_MINOR[nth] ?? 0) / worth(item, item.pack_qty_milli))),
            { author: 'buyer', days_ago: 1 },
            'accepted',
          ),
        );
      return { id: random.uuid(), by: 'buyer', days_ago: 1, lines };
    });
  const unseen = unseenDraft([...bySupplier.values()].slice(2), (item) =>
    decide(
      item,
      Math.max(1, Math.floor((limits.value_minor * 0.3) / worth(item, item.pack_qty_milli))),
      { author: 'planner', days_ago: 0 },
      'accepted',
    ),
  );
  if (unseen) drafts.push({ id: random.uuid(), by: 'planner', days_ago: 0, lines: unseen });
  yield { table: 'replenishment_decision', rows: [...asked, ...rejected, ...drafts.flatMap((each) => each.lines)] };
  if (approved) {
    yield {
      table: 'replenishment_approval',
      rows: [
        {
          id: `${random.uuid()}/0`,
          company_id: company.id,
          site_id: site.id,
          decision_id: approved.id,
          verdict: 'approved',
          reason: null,
          ...written('buyer', 0),
        },
      ],
    };
  }
  yield {
    table: 'draft_order',
    rows: drafts.map(({ id, by, days_ago, lines }, index) => {
      const value_minor = lines.reduce((sum, line) => sum + (line.value_minor ?? 0), 0);
      return {
        id,
        company_id: company.id,
        site_id: site.id,
        number: `DO-${String(index + 1).padStart(5, '0')}`,
        supplier_id: lines[0]?.supplier_id ?? 0,
        value_minor,
        freight_minor: 0,
        minimum_reason: null,
        ...written(by, days_ago),
      };
    }),
  };
  yield {
    table: 'draft_order_line',
    rows: drafts.flatMap(({ id, lines }) =>
      lines.map((line, index) => ({
        id: `${id}/${index}`,
        company_id: company.id,
        site_id: site.id,
        draft_order_id: id,
        decision_id: line.id,
        item_id: line.item_id,
        qty_milli: line.qty_milli,
        unit_price_micro: line.unit_price_micro,
        value_minor: line.value_minor,
      })),
    ),
  };
  const [seen] = drafts;
  if (seen) {
    yield {
      table: 'draft_order_approval',
      rows: [
        {
          id: `${random.uuid()}/0`,
          company_id: company.id,
          site_id: site.id,
          draft_order_id: seen.id,
          verdict: 'approved',
          reason: null,
          ...written('controller', 0),
        },
      ],
    };
  }
  const cancelled = drafts[1];
  if (cancelled) {
    yield {
      table: 'draft_order_event',
      rows: [
        {
          id: random.uuid(),
          company_id: company.id,
          site_id: site.id,
          draft_order_id: cancelled.id,
          kind: 'cancelled',
          purchase_order_id: null,
          reason: 'The supplier closes for stocktaking; ordered again next week.',
          ...written('buyer', 0),
        },
      ],
    };
  }
}

/** Of the first of these suppliers whose lines are within the limit each and beyond it together; undefined = of none. */
function unseenDraft(
  suppliers: readonly (readonly DemoItem[])[],
  decide: (item: DemoItem) => DemoRow<'replenishment_decision'>,
): DemoRow<'replenishment_decision'>[] | undefined {
  const items = suppliers.find((each) => each.length >= LARGE_LINES);
  const lines = items?.slice(0, LARGE_LINES).map(decide);
  return lines?.every(({ approval }) => approval === null) ? lines : undefined;
}

function priceOf(item: DemoItem): number {
  return supplierPrice(item, item.cost_levels.at(-1) ?? item.unit_cost_micro);
}

function packPrice(item: DemoItem): number {
  return priceOf(item) * item.pack_qty_milli;
}
