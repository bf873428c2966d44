/** What the files of replenishment hold: the proposals, and one draft order for its supplier. Ids are the grid's. */
import { minorDigits } from '#domain/money.ts';
import type {
  DraftApproval,
  DraftOrderView,
  Replenishment,
  ReplenishmentDesk,
  ReplenishmentLine,
  ReplenishmentRefusal,
  ReplenishmentRow,
  ReplenishmentState,
} from '#contract/queries.ts';
import { type Column, date, decimal, integer, quantity, statedMoney, text } from './table.ts';

const STATES: Readonly<Record<ReplenishmentState, string>> = {
  new: 'New',
  accepted: 'Accepted',
  changed: 'Changed',
  rejected: 'Rejected',
  awaiting_approval: 'Waits for an approver',
  in_draft: 'On a draft order',
};
const REFUSALS: Readonly<Record<ReplenishmentRefusal, string>> = {
  no_policy: 'no policy',
  no_supplier: 'no supplier',
  policy: 'a policy that cannot be',
  supplier_terms: 'supplier terms that cannot be',
  days_not_positive: 'a shelf life or most days that cannot be',
  figures: 'stock or documents that cannot be',
  item_inactive: 'no longer sold',
};
const EARLY: Readonly<Record<ReplenishmentLine['reason'], string | null>> = {
  needed: null,
  for_minimum: 'for the supplier’s minimum',
  for_freight: 'to save freight',
  for_container: 'to fill a container',
};

export function replenishmentColumns(currency: string, cost_visible: boolean): readonly Column<ReplenishmentRow>[] {
  /** Of a line; a group says nothing there. */
  const of = <V>(value: (line: ReplenishmentLine) => V) => {
    return (row: ReplenishmentRow): V | null => (row.kind === 'group' ? null : value(row));
  };
  const whole = (value: number | null): number | null => (value === null ? null : Math.round(value));
  const money = (id: string, title: string, value: (row: ReplenishmentRow) => number | null) =>
    cost_visible ? [decimal<ReplenishmentRow>(id, `${title}, ${currency}`, minorDigits(currency), value)] : [];
  return [
    text('name', 'Code or group', (row) => (row.kind === 'group' ? row.label : row.code), 24),
    text(
      'name',
      'Name',
      of((line) => line.name),
      34,
    ),
    integer('name', 'Lines', (row) => (row.kind === 'group' ? row.lines : null)),
    text(
      'name',
      'Kind',
      of((line) => (line.kind === 'buy' ? 'Buy' : 'Transfer')),
      10,
    ),
    text(
      'site',
      'Site',
      of((line) => line.site),
      8,
    ),
    text(
      'supplier',
      'Supplier',
      of((line) => line.supplier),
      28,
    ),
    text(
      'supplier',
      'From site',
      of((line) => line.from_site),
      10,
    ),
    quantity(
      'position',
      'Position',
      of((line) => whole(line.position_qty_milli)),
    ),
    quantity(
      'week',
      'A week',
      of((line) => whole(line.week_qty_milli)),
    ),
    quantity(
      'reorder',
      'Reorder point',
      of((line) => whole(line.reorder_qty_milli)),
    ),
    quantity(
      'up_to',
      'Order up to',
      of((line) => whole(line.up_to_qty_milli)),
    ),
    quantity(
      'need',
      'Need',
      of((line) => whole(line.need_qty_milli)),
    ),
    quantity(
      'qty',
      'Order',
      of((line) => whole(line.qty_milli)),
    ),
    quantity(
      'qty',
      'Proposed',
      of((line) => whole(line.proposed_qty_milli)),
    ),
    text(
      'uom',
      'Unit',
      of((line) => line.uom),
      8,
    ),
    integer(
      'days',
      'Lasts, days',
      of((line) => line.lasts_days),
    ),
    ...(cost_visible
      ? [
          decimal<ReplenishmentRow>(
            'value',
            `Unit price, ${currency}`,
            6,
            of((line) => line.unit_price_micro),
          ),
        ]
      : []),
    ...money('value', 'Value', (row) => row.value_minor),
    ...money(
      'value',
      'Cost of moving',
      of((line) => line.cost_minor),
    ),
    date('order_by', 'Order by', (row) => row.order_by_on),
    date('order_on', 'Next order day', (row) => row.order_on),
    date('receive', 'Expected in', (row) => row.receive_on),
    date(
      'runs_out',
      'Short from',
      of((line) => line.runs_out_on),
    ),
    quantity(
      'short',
      'Short by',
      of((line) => whole(line.short_qty_milli)),
    ),
    integer(
      'early',
      'Days early',
      of((line) => line.days_early),
    ),
    text(
      'early',
      'Brought forward',
      of((line) => EARLY[line.reason]),
      24,
    ),
    text(
      'category',
      'Category',
      of((line) => line.category),
      20,
    ),
    text(
      'owner',
      'Planner',
      of((line) => line.owner),
      14,
    ),
    text(
      'state',
      'State',
      of((line) => STATES[line.state]),
      18,
    ),
    text(
      'state',
      'Decided by',
      of((line) => line.decided?.by ?? null),
      14,
    ),
    text(
      'state',
      'Reason',
      of((line) => line.decided?.reason ?? null),
      40,
    ),
    text(
      'state',
      'Draft order',
      of((line) => line.decided?.draft_order ?? null),
      14,
    ),
  ];
}

type Statements = readonly (readonly [string, string])[];

export function replenishmentStatements(answer: Replenishment): Statements {
  return [
    ['Proposed on', answer.as_of_on],
    ['Positions checked', String(answer.positions_checked)],
    ...answer.refusals.map(({ reason, positions }) => ['Not proposed', `${positions}: ${REFUSALS[reason]}`] as const),
    ...(answer.waiting ? [['Waits', 'rows it is made of are still loading; nothing is proposed'] as const] : []),
    ...(answer.cost_visible ? [] : [['Values', 'purchase prices are for Planning and Finance'] as const]),
  ];
}

type DraftLine = DraftOrderView['lines'][number];

export function draftOrderColumns(draft: DraftOrderView, currency: string): readonly Column<DraftLine>[] {
  return [
    text('order', 'Order', () => draft.number, 14),
    text('order', 'Supplier', () => draft.supplier, 28),
    text('order', 'Site', () => draft.site, 10),
    text('item', 'Item', (line) => line.code),
    text('item', 'Name', (line) => line.name, 34),
    quantity('qty', 'Quantity', (line) => line.qty_milli),
    text('qty', 'Unit', (line) => line.uom, 8),
    decimal('price', `Unit price, ${currency}`, 6, (line) => line.unit_price_micro),
    decimal('value', `Value, ${currency}`, minorDigits(currency), (line) => line.value_minor),
  ];
}

export function draftOrderStatements(draft: DraftOrderView, { currency, provenance }: ReplenishmentDesk): Statements {
  return [
    ['Supplier', draft.supplier],
    ['Site', draft.site],
    ['State', draft.waiting ? `${draft.state}, waits for the server` : draft.state],
    ['Value', statedMoney(draft.value_minor, currency)],
    ['Freight', statedMoney(draft.freight_minor, currency)],
    ...(draft.minimum_reason === null ? [] : [['Below the minimum because', draft.minimum_reason] as const]),
    ['Drafted by', draft.by],
    ...approvalStatement(draft.approval),
    ['Coverage', provenance.coverage],
  ];
}

/** A file is no order: what a second person has not seen says so wherever it goes. */
function approvalStatement({ state, answered }: DraftApproval): Statements {
  if (state === 'none') return [];
  return [
    ['Approval', state === 'waits' ? 'waits for a second person; not to be sent' : `${state} by ${answered?.by ?? ''}`],
  ];
}
