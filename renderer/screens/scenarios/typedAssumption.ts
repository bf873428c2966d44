/** What is assumed as it is typed: texts and what was chosen, and the assumption they make. Pure. */
import type { OverrideKind } from '#domain/allocation/servingOrder.ts';
import type { AssumptionKind } from '#domain/scenario/assumption.ts';
import type { NewAssumption } from '#contract/queries/scenarios.ts';
import { typedUnits } from '#renderer/format/numbers.ts';

/** Texts as typed, and ids as chosen. '' = nothing yet. */
export interface Typed {
  readonly kind: AssumptionKind;
  readonly item_id: number | null;
  readonly item: string;
  readonly uom: string;
  readonly site_id: string;
  readonly channel_id: string;
  readonly category: string;
  /** '' = of every class. */
  readonly abc: string;
  readonly purchase_order_id: number | null;
  readonly purchase: string;
  readonly po_line_id: string;
  readonly order_id: number | null;
  readonly order: string;
  readonly order_line_id: string;
  readonly supplier_id: number | null;
  readonly supplier: string;
  readonly standing: OverrideKind;
  readonly on: string;
  readonly qty: string;
  readonly value: string;
  readonly factor: string;
  readonly priority: string;
  readonly share: string;
  readonly min: string;
  readonly max: string;
  readonly target: string;
  readonly days: string;
}

export const ABC_CLASSES = ['A', 'B', 'C'] as const;

export const NOTHING_TYPED: Typed = {
  kind: 'receipt',
  item_id: null,
  item: '',
  uom: '',
  site_id: '',
  channel_id: '',
  category: '',
  abc: '',
  purchase_order_id: null,
  purchase: '',
  po_line_id: '',
  order_id: null,
  order: '',
  order_line_id: '',
  supplier_id: null,
  supplier: '',
  standing: 'raised',
  on: '',
  qty: '',
  value: '',
  factor: '120',
  priority: '1',
  share: '0',
  min: '',
  max: '',
  target: '',
  days: '',
};

/** Without its id; null = something is missing that has to be chosen. A figure that is no number is NaN and refused by name. */
export function assumed(typed: Typed, minor_places: number): NewAssumption | null {
  const { kind, item_id, on } = typed;
  const id = (text: string): number | null => (text === '' ? null : Number(text));
  const figure = (text: string, places: number): number | null =>
    text.trim() === '' ? null : (typedUnits(text, places) ?? Number.NaN);
  const qty_milli = figure(typed.qty, 3);
  const site_id = id(typed.site_id);
  switch (kind) {
    case 'receipt': {
      const po_line_id = id(typed.po_line_id);
      return po_line_id === null ? null : { kind, po_line_id, on: on === '' ? null : on, qty_milli };
    }
    case 'new_receipt':
      if (item_id === null || site_id === null || on === '' || qty_milli === null) return null;
      return { kind, item_id, site_id, on, qty_milli };
    case 'demand': {
      const factor_bp = figure(typed.factor, 2);
      if (factor_bp === null) return null;
      const abc = ABC_CLASSES.find((each) => each === typed.abc) ?? null;
      const channel_id = id(typed.channel_id);
      return { kind, item_id, site_id, category: typed.category.trim() || null, abc, channel_id, factor_bp };
    }
    case 'new_order_line': {
      if (item_id === null || site_id === null || on === '' || qty_milli === null) return null;
      const net_minor = figure(typed.value, minor_places);
      return { kind, item_id, site_id, channel_id: id(typed.channel_id), on, qty_milli, net_minor };
    }
    case 'serving': {
      const { order_id, standing } = typed;
      return order_id === null ? null : { kind, order_id, order_line_id: id(typed.order_line_id), standing };
    }
    case 'channel': {
      const channel_id = id(typed.channel_id);
      const [priority, protected_bp] = [figure(typed.priority, 0), figure(typed.share, 2)];
      return channel_id === null || priority === null || protected_bp === null
        ? null
        : { kind, channel_id, priority, protected_bp };
    }
    case 'class_policy': {
      const abc = ABC_CLASSES.find((each) => each === typed.abc);
      if (abc === undefined) return null;
      const [min_factor_bp, max_factor_bp] = [figure(typed.min, 2), figure(typed.max, 2)];
      return { kind, abc, site_id, target_bp: figure(typed.target, 2), min_factor_bp, max_factor_bp };
    }
    case 'policy': {
      if (item_id === null || site_id === null) return null;
      const [min_qty_milli, max_qty_milli] = [figure(typed.min, 3), figure(typed.max, 3)];
      return { kind, item_id, site_id, min_qty_milli, max_qty_milli, target_bp: figure(typed.target, 2) };
    }
    case 'lead_time': {
      const days = figure(typed.days, 0);
      return typed.supplier_id === null || days === null ? null : { kind, supplier_id: typed.supplier_id, days };
    }
  }
}

export type TextName =
  | 'qty'
  | 'value'
  | 'factor'
  | 'priority'
  | 'share'
  | 'min'
  | 'max'
  | 'target'
  | 'days'
  | 'category';

/** What is the matter with the text of a figure; null = it can be read, or nothing is typed. */
export function wrongWords(typed: Typed, name: TextName, minor_places: number): string | null {
  const text = typed[name];
  if (name === 'category' || text.trim() === '') return null;
  const places = placesOf(typed.kind, name, minor_places);
  if (typedUnits(text, places) !== null) return null;
  return places === 0
    ? 'Write a whole number, such as 12.'
    : `Write a number, such as 97.5: at most ${places} decimals.`;
}

function placesOf(kind: AssumptionKind, name: Exclude<TextName, 'category'>, minor_places: number): number {
  switch (name) {
    case 'qty':
      return 3;
    case 'value':
      return minor_places;
    case 'min':
    case 'max':
      return kind === 'policy' ? 3 : 2;
    case 'factor':
    case 'share':
    case 'target':
      return 2;
    case 'priority':
    case 'days':
      return 0;
  }
}
