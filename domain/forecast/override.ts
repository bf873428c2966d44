/**
 * A planner’s own figure for some months of an item at a site, with a reason and a day on which it ends. Only ever added to:
 * another row replaces or withdraws it. One rule says whether a new one may stand: the replica predicts with it, the
 * server decides by it.
 */
import { addMonths } from '#domain/calendar.ts';

export interface OverrideFact {
  readonly id: string;
  readonly kind: 'set' | 'withdrawn';
  /** The override it takes the place of, or withdraws. */
  readonly replaces: string | null;
  readonly from_month: number;
  readonly to_month: number;
  /** Of each month; null where it is a factor. */
  readonly qty_milli: number | null;
  /** Of what is forecast, 10,000 = as forecast; null where it is a quantity. */
  readonly factor_bp: number | null;
  /** The last day on which it counts. */
  readonly expires_on: number;
  readonly author: string;
  readonly accepted_at_ms: number;
}

export const MOST_MONTHS_AHEAD = 24;
export const MOST_EXPIRY_DAYS = 731;
export const MOST_OVERRIDE_QTY_MILLI = 1_000_000_000_000;
export const MOST_FACTOR_BP = 1_000_000;

/** Those that nothing replaced or withdrew. */
export function standingOverrides<Fact extends OverrideFact>(facts: readonly Fact[]): Fact[] {
  const ended = new Set(facts.map((fact) => fact.replaces));
  return facts.filter((fact) => fact.kind === 'set' && !ended.has(fact.id));
}

/** The override that counts for a month on a day. */
export function overrideFor<Fact extends OverrideFact>(
  standing: readonly Fact[],
  month: number,
  on: number,
): Fact | undefined {
  return standing.find((each) => each.from_month <= month && month <= each.to_month && on <= each.expires_on);
}

/** What stood at a moment: what came later, replacements included, had not happened yet. */
export function standingAt<Fact extends OverrideFact>(facts: readonly Fact[], at_ms: number): Fact[] {
  return standingOverrides(facts.filter((fact) => fact.accepted_at_ms <= at_ms));
}

export function overriddenQtyMilli(
  override: Pick<OverrideFact, 'qty_milli' | 'factor_bp'>,
  forecast_qty_milli: number,
): number {
  return override.qty_milli ?? Math.round((forecast_qty_milli * (override.factor_bp ?? 10_000)) / 10_000);
}

export interface OverrideChange {
  readonly replaces: string | null;
  readonly from_month: number;
  readonly to_month: number;
  readonly expires_on: number;
}

export type OverrideAnswer =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** 'conflict': somebody else decided first. 'rejected': a rule forbids it. */
      readonly outcome: 'conflict' | 'rejected';
      readonly code: 'override_moved' | 'bad_arguments';
      readonly message: string;
      readonly by?: string;
      readonly at_ms?: number;
    };

/** `facts`: all overrides of the item at the site. */
export function mayOverride(
  facts: readonly OverrideFact[],
  change: OverrideChange,
  today: { readonly on: number; readonly month: number },
): OverrideAnswer {
  const rejected = (message: string): OverrideAnswer => ({
    ok: false,
    outcome: 'rejected',
    code: 'bad_arguments',
    message,
  });
  if (change.from_month > change.to_month) return rejected('The last month lies before the first.');
  if (change.to_month < today.month) return rejected('These months are over.');
  if (change.to_month > addMonths(today.month, MOST_MONTHS_AHEAD))
    return rejected(`An override reaches ${MOST_MONTHS_AHEAD} months ahead at the most.`);
  if (change.expires_on < today.on) return rejected('It would have expired already.');
  if (change.expires_on > today.on + MOST_EXPIRY_DAYS) return rejected('An override expires within two years.');
  const standing = standingOverrides(facts);
  if (change.replaces !== null && !standing.some((each) => each.id === change.replaces))
    return moved(facts, change.replaces);
  const other = standing.find(
    (each) =>
      each.id !== change.replaces &&
      each.expires_on >= today.on &&
      each.from_month <= change.to_month &&
      change.from_month <= each.to_month,
  );
  return other === undefined ? { ok: true } : inTheWay(other);
}

export function mayWithdraw(facts: readonly OverrideFact[], id: string): OverrideAnswer {
  return standingOverrides(facts).some((each) => each.id === id) ? { ok: true } : moved(facts, id);
}

function moved(facts: readonly OverrideFact[], id: string): OverrideAnswer {
  const ended_by = facts.find((fact) => fact.replaces === id);
  return inTheWay(ended_by);
}

function inTheWay(fact: OverrideFact | undefined): OverrideAnswer {
  const who = fact === undefined ? 'Somebody' : fact.author;
  const did = fact?.kind === 'withdrawn' ? 'withdrew that override' : 'overrode these months';
  return {
    ok: false,
    outcome: 'conflict',
    code: 'override_moved',
    message: `${who} ${did} before this arrived. Look again, then decide.`,
    ...(fact === undefined ? {} : { by: fact.author, at_ms: fact.accepted_at_ms }),
  };
}

/** What an override was worth once its months are over: the error without it less the error with it; positive helped. */
export interface OverrideValue {
  readonly months: number;
  readonly error_without_qty_milli: number;
  readonly error_with_qty_milli: number;
}

export function overrideValue(
  months: readonly { readonly actual: number; readonly forecast: number; readonly override: number }[],
): OverrideValue | null {
  if (months.length === 0) return null;
  const error = (of: 'forecast' | 'override'): number =>
    months.reduce((sum, month) => sum + Math.abs(month[of] - month.actual), 0);
  return { months: months.length, error_without_qty_milli: error('forecast'), error_with_qty_milli: error('override') };
}
