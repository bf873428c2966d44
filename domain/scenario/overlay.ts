/**
 * A scenario's assumptions as what they do to the facts that the engines read: rows that go and come, factors and rules in
 * another's place. The engines know nothing of scenarios; whoever reads facts for them lays this over.
 */
import type { OverrideKind } from '#domain/allocation/servingOrder.ts';
import type { AbcClass } from '#domain/planning/abcXyz.ts';
import { type Assumption, type AssumptionBody, type KnownFacts, positionOf } from './assumption.ts';

export interface OverlaidReceipt {
  readonly item_id: number;
  readonly site_id: number;
  readonly on: number;
  readonly qty_milli: number;
  /** Of what is on order; null = it is only assumed. */
  readonly po_line_id: number | null;
  readonly assumption_id: string;
}

export interface OverlaidLine {
  readonly item_id: number;
  readonly site_id: number;
  readonly channel_id: number | null;
  readonly on: number;
  readonly qty_milli: number;
  readonly net_minor: number | null;
  readonly assumption_id: string;
}

export interface OverlaidServing {
  readonly order_id: number;
  readonly order_line_id: number | null;
  readonly standing: OverrideKind;
  readonly assumption_id: string;
}

type BodyOf<Kind extends AssumptionBody['kind']> = Extract<AssumptionBody, { kind: Kind }>;

export interface Overlay {
  /** Taken away as they are known; `coming` has them as they are assumed. */
  readonly going: readonly OverlaidReceipt[];
  readonly coming: readonly OverlaidReceipt[];
  readonly lines: readonly OverlaidLine[];
  readonly demand: readonly BodyOf<'demand'>[];
  readonly serving: readonly OverlaidServing[];
  readonly channels: ReadonlyMap<number, { readonly priority: number; readonly protected_bp: number }>;
  /** By `positionOf`. */
  readonly policies: ReadonlyMap<string, BodyOf<'policy'>>;
  /** A site’s own before that of every site. */
  readonly class_policies: readonly BodyOf<'class_policy'>[];
  readonly lead_times: ReadonlyMap<number, number>;
}

/** Of assumptions without problems. */
export function overlayOf(assumptions: readonly Assumption[], known: KnownFacts): Overlay {
  const going: OverlaidReceipt[] = [];
  const coming: OverlaidReceipt[] = [];
  const lines: OverlaidLine[] = [];
  const demand: BodyOf<'demand'>[] = [];
  const serving: OverlaidServing[] = [];
  const channels = new Map<number, { readonly priority: number; readonly protected_bp: number }>();
  const policies = new Map<string, BodyOf<'policy'>>();
  const class_policies: BodyOf<'class_policy'>[] = [];
  const lead_times = new Map<number, number>();
  for (const { id: assumption_id, ...each } of assumptions) {
    switch (each.kind) {
      case 'receipt': {
        const receipt = known.receipts.get(each.po_line_id);
        if (receipt === undefined) throw new Error('an assumption about a receipt that is not known');
        const { po_line_id, item_id, site_id } = receipt;
        const at = { po_line_id, item_id, site_id, assumption_id };
        going.push({ ...at, on: receipt.on, qty_milli: receipt.open_qty_milli });
        const qty_milli = each.qty_milli ?? receipt.open_qty_milli;
        if (qty_milli > 0) coming.push({ ...at, on: each.on ?? receipt.on, qty_milli });
        break;
      }
      case 'new_receipt': {
        const { item_id, site_id, on, qty_milli } = each;
        coming.push({ po_line_id: null, item_id, site_id, on, qty_milli, assumption_id });
        break;
      }
      case 'new_order_line': {
        const { kind: _kind, ...line } = each;
        lines.push({ ...line, assumption_id });
        break;
      }
      case 'demand':
        demand.push(each);
        break;
      case 'serving': {
        const { order_id, order_line_id, standing } = each;
        serving.push({ order_id, order_line_id, standing, assumption_id });
        break;
      }
      case 'channel': {
        const { channel_id, priority, protected_bp } = each;
        channels.set(channel_id, { priority, protected_bp });
        break;
      }
      case 'policy':
        policies.set(positionOf(each.item_id, each.site_id), each);
        break;
      case 'class_policy':
        class_policies.push(each);
        break;
      case 'lead_time':
        lead_times.set(each.supplier_id, each.days);
        break;
    }
  }
  class_policies.sort(bySite);
  return { going, coming, lines, demand, serving, channels, policies, class_policies, lead_times };
}

/** A site's own before that of every site. */
function bySite(a: { readonly site_id: number | null }, b: { readonly site_id: number | null }): number {
  return Number(a.site_id === null) - Number(b.site_id === null);
}

interface DemandPlace {
  readonly item_id: number;
  readonly site_id: number;
  readonly category: string | null;
  /** null = no assumption asks. */
  readonly abc?: AbcClass | null;
  /** Channel → its part of what is asked for there, 0 to 1; one that is not among them has none. */
  readonly shares?: ReadonlyMap<number, number>;
}

/** How much of what is asked for at the place it speaks of: all of it, or a channel's part. */
function shareOf(each: BodyOf<'demand'>, { shares }: DemandPlace): number {
  return each.channel_id == null ? 1 : (shares?.get(each.channel_id) ?? 0);
}

function isAsked(each: BodyOf<'demand'>, place: DemandPlace): boolean {
  return (
    (each.item_id === null || each.item_id === place.item_id) &&
    (each.site_id === null || each.site_id === place.site_id) &&
    (each.category === null || each.category === place.category) &&
    (each.abc == null || each.abc === place.abc) &&
    shareOf(each, place) > 0
  );
}

/**
 * By what the expected demand of a place is multiplied: several that speak of all of it or of one channel's part multiply each
 * other, parts of several channels add up.
 */
export function demandFactor({ demand }: Pick<Overlay, 'demand'>, place: DemandPlace): number {
  let factor = 1;
  let parts: Map<number, number> | null = null;
  for (const each of demand) {
    if (!isAsked(each, place)) continue;
    if (each.channel_id == null) factor *= each.factor_bp / 10_000;
    else {
      parts ??= new Map();
      parts.set(each.channel_id, ((parts.get(each.channel_id) ?? 1) * each.factor_bp) / 10_000);
    }
  }
  if (parts === null) return factor;
  let sum = 1;
  for (const [channel_id, of_channel] of parts) sum += (place.shares?.get(channel_id) ?? 0) * (of_channel - 1);
  return factor * sum;
}

/** Rows with those that go taken away, one of each, and those that come behind them. */
export function receiptsUnder<Row extends { readonly po_line_id: number }>(
  rows: readonly Row[],
  { going }: Pick<Overlay, 'going'>,
  coming: readonly Row[],
): readonly Row[] {
  if (going.length === 0 && coming.length === 0) return rows;
  const gone = new Set(going.map((each) => each.po_line_id));
  return [...rows.filter((row) => !gone.has(row.po_line_id)), ...coming];
}

/** They speak of many places without naming one. */
const WIDE_KINDS: ReadonlySet<AssumptionBody['kind']> = new Set(['demand', 'channel', 'lead_time', 'class_policy']);

const CLASS_FIGURES = ['target_bp', 'min_factor_bp', 'max_factor_bp'] as const;
type ClassFigure = (typeof CLASS_FIGURES)[number];

/** Of the assumptions about a class the first that says the figure, a site's own before that of every site; null = none does. */
function classFigure(
  { class_policies }: Pick<Overlay, 'class_policies'>,
  place: Pick<DemandPlace, 'site_id' | 'abc'>,
  figure: ClassFigure,
): number | null {
  return class_policies.find((each) => isOfClass(each, place) && each[figure] != null)?.[figure] ?? null;
}

/** The service target assumed of the policies of a class at a site; null = none. */
export function classTarget(
  overlay: Pick<Overlay, 'class_policies'>,
  place: Pick<DemandPlace, 'site_id' | 'abc'>,
): number | null {
  return classFigure(overlay, place, 'target_bp');
}

/** What a policy reorders at and orders up to, thousandths. */
export interface PolicyRange {
  readonly min_qty_milli: number;
  readonly max_qty_milli: number;
}

/** A policy's figures that are of its kind alone: what says nothing of the others reaches none of them. */
function figuresOfKind(policy_kind: string): readonly ClassFigure[] {
  if (policy_kind === 'service') return ['target_bp'];
  return policy_kind === 'lots' ? ['min_factor_bp'] : ['min_factor_bp', 'max_factor_bp'];
}

/**
 * A policy's minimum and maximum as a scenario has them: what is said of the position, else the class's factor of what holds. A
 * factor never takes a maximum below a minimum that was not above it.
 */
export function rangeUnder(
  overlay: Pick<Overlay, 'class_policies' | 'policies'>,
  place: Pick<DemandPlace, 'item_id' | 'site_id' | 'abc'> & { readonly policy_kind: string },
  held: PolicyRange,
): PolicyRange {
  const own = overlay.policies.get(positionOf(place.item_id, place.site_id));
  const kinds = figuresOfKind(place.policy_kind);
  const scaled = (figure: 'min_factor_bp' | 'max_factor_bp', qty_milli: number): number => {
    const factor_bp = kinds.includes(figure) ? classFigure(overlay, place, figure) : null;
    return factor_bp === null ? qty_milli : Math.round((qty_milli * factor_bp) / 10_000);
  };
  const min_qty_milli = own?.min_qty_milli ?? scaled('min_factor_bp', held.min_qty_milli);
  const max_qty_milli = own?.max_qty_milli ?? scaled('max_factor_bp', held.max_qty_milli);
  const sound = held.max_qty_milli >= held.min_qty_milli && own?.max_qty_milli == null;
  return { min_qty_milli, max_qty_milli: sound ? Math.max(min_qty_milli, max_qty_milli) : max_qty_milli };
}

function isOfClass(each: BodyOf<'class_policy'>, place: Pick<DemandPlace, 'site_id' | 'abc'>): boolean {
  return each.abc === place.abc && (each.site_id === null || each.site_id === place.site_id);
}

/** A place where goods are, as far as assumptions can reach it. */
export interface ReachedPlace extends DemandPlace {
  /** null = it has none; not given: any. */
  readonly policy_kind?: string | null;
  /** 0 = nobody sells the item. */
  readonly supplier_id: number;
  /** Of the lines that wait for it there; null = not asked. */
  readonly channels: ReadonlySet<number> | null;
}

/** The assumptions that reach a place, in their order: none of the others can change what happens there by itself. */
export function reaching(
  assumptions: readonly Assumption[],
  known: KnownFacts,
): (place: ReachedPlace) => readonly string[] {
  const fixed = new Map<string, string[]>();
  const reach = (id: string, positions: Iterable<string>): void => {
    for (const position of new Set(positions)) {
      const held = fixed.get(position);
      if (held) held.push(id);
      else fixed.set(position, [id]);
    }
  };
  for (const each of assumptions) reach(each.id, placesOf(each, known));
  const wide = assumptions.filter(({ kind }) => WIDE_KINDS.has(kind));
  if (wide.length === 0) return (place) => fixed.get(positionOf(place.item_id, place.site_id)) ?? NONE;
  const placeOf = new Map(assumptions.map(({ id }, at) => [id, at]));
  const policies = new Map(
    assumptions.flatMap((each) =>
      each.kind === 'policy' ? [[positionOf(each.item_id, each.site_id), each] as const] : [],
    ),
  );
  const classes = assumptions.filter((each) => each.kind === 'class_policy').toSorted(bySite);
  return (place) => {
    const position = positionOf(place.item_id, place.site_id);
    const own = fixed.get(position) ?? NONE;
    const held = holdingOf(classes, place, policies.get(position));
    const also = wide
      .filter((each) => (each.kind === 'class_policy' ? held.has(each.id) : reachesWidely(each, place)))
      .map(({ id }) => id);
    if (also.length === 0) return own;
    return [...own, ...also].toSorted((a, b) => (placeOf.get(a) ?? 0) - (placeOf.get(b) ?? 0));
  };
}

const NONE: readonly string[] = [];

/** Of a class's assumptions those that hold at a place: of each figure the site's own, and none where the position has its own. */
function holdingOf(
  classes: readonly (BodyOf<'class_policy'> & { readonly id: string })[],
  place: ReachedPlace,
  own: BodyOf<'policy'> | undefined,
): ReadonlySet<string> {
  const held = new Set<string>();
  if (classes.length === 0 || place.policy_kind === null) return held;
  const said = { target_bp: own?.target_bp, min_factor_bp: own?.min_qty_milli, max_factor_bp: own?.max_qty_milli };
  for (const figure of place.policy_kind === undefined ? CLASS_FIGURES : figuresOfKind(place.policy_kind)) {
    if (said[figure] != null) continue;
    const first = classes.find((each) => isOfClass(each, place) && each[figure] != null);
    if (first !== undefined) held.add(first.id);
  }
  return held;
}

/** The places an assumption names; of those that speak of many places none. */
export function placesOf(each: AssumptionBody, known: KnownFacts): readonly string[] {
  switch (each.kind) {
    case 'receipt': {
      const receipt = known.receipts.get(each.po_line_id);
      return receipt ? [positionOf(receipt.item_id, receipt.site_id)] : [];
    }
    case 'new_receipt':
    case 'new_order_line':
    case 'policy':
      return [positionOf(each.item_id, each.site_id)];
    case 'serving':
      return (known.orders.get(each.order_id)?.lines ?? [])
        .filter((line) => each.order_line_id === null || line.order_line_id === each.order_line_id)
        .map((line) => positionOf(line.item_id, line.site_id));
    default:
      return [];
  }
}

function reachesWidely(each: Assumption, place: ReachedPlace): boolean {
  if (each.kind === 'demand') return isAsked(each, place);
  if (each.kind === 'lead_time') return each.supplier_id === place.supplier_id;
  return each.kind === 'channel' && place.channels?.has(each.channel_id) === true;
}
