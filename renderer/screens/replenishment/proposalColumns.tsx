/** The columns of the proposals: groups with what they add up to, lines with the decision one may make of them. */
import { REPLENISHMENT_STATE_WORDS } from './stateWords.ts';
import { minorDigits } from '#domain/money.ts';
import type { ReplenishmentLine, ReplenishmentRow } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { currencySymbol, overviewAmount } from '#renderer/format/money.ts';
import { integer, NO_DATA, quantity, roughQuantity } from '#renderer/format/numbers.ts';
import { CellCode, CellCount, CellName } from '#renderer/grid/cellParts.tsx';
import type { EditLook, GridColumn } from '#renderer/grid/columns.ts';
import { Shape, Status } from '#renderer/ui/Mark.tsx';
import { groupWords, minimumWords, orderByWords, quantityNow, type Standing, stateOfLine } from './decisionRows.ts';
import { lookOf, typedFrom } from './quantityWords.ts';
import styles from './replenishment.module.css';
import { TickBox } from './TickBox.tsx';

export interface ProposalColumnOptions {
  readonly header: string;
  readonly currency: string;
  readonly cost_visible: boolean;
  readonly as_of_on: string | null;
  readonly standing: Standing;
  readonly ticked: ReadonlyMap<string, ReplenishmentLine>;
  /** Null: this user ticks nothing. */
  readonly onTick: ((row: ReplenishmentLine) => void) | null;
  /** What was typed over a quantity. */
  readonly onType: (row: ReplenishmentLine, text: string, reason: string) => void;
}

export const TOTAL_KEY = 'total';

/** The panel says these of its line; what is ordered, by when, what happens if not and how it stands is worked by in the list. */
export const GIVING_WAY = ['week', 'position', 'order_on', 'receive', 'days', 'site'] as const;

export function proposalColumns(options: ProposalColumnOptions): readonly GridColumn<ReplenishmentRow>[] {
  const { standing, currency, as_of_on } = options;
  const ofLine = <T,>(row: ReplenishmentRow, value: (line: ReplenishmentLine) => T): T | null =>
    row.kind === 'group' ? null : value(row);
  const amount = (
    id: string,
    header: string,
    width: number,
    value: (line: ReplenishmentLine) => number | null,
    help?: string,
  ): GridColumn<ReplenishmentRow> => ({
    id,
    header,
    width,
    align: 'right',
    sort: id,
    filter: { kind: 'number', places: 3 },
    ...(help ? { help } : {}),
    text: (row) => (row.kind === 'group' ? '' : shownQuantity(value(row))),
    figure: (row) => {
      const qty = ofLine(row, value);
      return row.kind === 'group' || qty === null ? null : { value: Math.round(qty), places: 3, unit: row.uom };
    },
  });
  const day = (
    id: 'order_on' | 'receive',
    header: string,
    value: (row: ReplenishmentRow) => string | null,
    help: string,
  ): GridColumn<ReplenishmentRow> => ({
    id,
    header,
    width: id === 'order_on' ? 78 : 92,
    sort: id,
    sortDescendingFirst: false,
    filter: { kind: 'date' },
    help,
    text: (row) => orderByWords(value(row), as_of_on),
  });
  return [
    {
      id: 'name',
      header: options.header,
      width: 220,
      sort: 'name',
      sortDescendingFirst: false,
      filter: { kind: 'text' },
      text: (row) =>
        row.kind === 'group'
          ? `${row.label} ${row.key === TOTAL_KEY ? '' : groupWords(row)}`
          : `${options.ticked.has(row.key) ? '☑ ' : ''}${row.code} ${row.name}`,
      cell: (row) => <NameCell row={row} options={options} />,
    },
    {
      id: 'site',
      header: 'Site',
      width: 44,
      sort: 'site',
      filter: { kind: 'text' },
      text: (row) => ofLine(row, (line) => line.site) ?? '',
    },
    amount(
      'position',
      'Position',
      62,
      (line) => line.position_qty_milli,
      'On hand and on order less what is owed and promised',
    ),
    amount(
      'week',
      'A week',
      60,
      (line) => line.week_qty_milli,
      'Expected a week until an order after this one could come: by the forecast, or by the last 90 days where there is none',
    ),
    {
      ...amount('reorder', 'Reorder', 66, (line) => line.reorder_qty_milli, 'Ordered when the position falls to this'),
      hidden: true,
    },
    { ...amount('up_to', 'Up to', 66, (line) => line.up_to_qty_milli), hidden: true },
    {
      ...amount(
        'need',
        'Need',
        54,
        (line) => line.need_qty_milli,
        'What the policy asks for, before cartons and minimum',
      ),
      hidden: true,
    },
    {
      ...amount('qty', 'Order', 60, (line) => quantityNow(line, standing.get(line.key))),
      help: 'In what the supplier sells; type a number over it to change it, 0 to reject it',
      ...(options.onTick === null
        ? {}
        : {
            edit: {
              start: (row: ReplenishmentRow) => (row.kind === 'group' ? null : typedFrom(row, standing.get(row.key))),
              look: (row: ReplenishmentRow, text: string): EditLook =>
                row.kind === 'group' ? { kind: 'wrong', says: [] } : lookOf(row, text, currency),
              keep: (row: ReplenishmentRow, text: string, reason: string) => {
                if (row.kind !== 'group') options.onType(row, text, reason);
              },
            },
          }),
      tone: (row) => (row.kind === 'group' ? undefined : 'strong'),
      cell: (row) =>
        row.kind === 'group' ? null : (
          <span className={options.onTick === null ? undefined : styles['editable']}>
            {quantity(quantityNow(row, standing.get(row.key)))}
          </span>
        ),
    },
    {
      id: 'days',
      header: 'Days',
      width: 44,
      align: 'right',
      sort: 'days',
      filter: { kind: 'number', places: 0 },
      help: 'How long it lasts from its arrival on',
      text: (row) => {
        const days = ofLine(row, (line) => line.lasts_days);
        return row.kind === 'group' ? '' : days === null ? NO_DATA : integer(days);
      },
    },
    {
      id: 'value',
      header: `Value, ${currencySymbol(currency)}`,
      width: 68,
      align: 'right',
      ...(options.cost_visible
        ? { sort: 'value', filter: { kind: 'number' as const, places: minorDigits(currency) } }
        : { lockedFor: 'Planning' }),
      text: (row) => overviewAmount(valueOf(row, standing), currency),
      figure: (row) => {
        const value = row.kind === 'group' ? null : valueOf(row, standing);
        return value === null ? null : { value, places: minorDigits(currency), unit: currency };
      },
    },
    {
      id: 'order_by',
      header: 'Order by',
      width: 76,
      sort: 'order_by',
      sortDescendingFirst: false,
      filter: { kind: 'date' },
      text: (row) => orderByWords(row.order_by_on, as_of_on),
      tone: (row) =>
        row.kind !== 'group' && orderByWords(row.order_by_on, as_of_on) === 'Today' ? 'strong' : undefined,
    },
    day(
      'order_on',
      'Order on',
      (row) => row.order_on,
      'The next day its supplier is ordered from; of a group the earliest',
    ),
    day(
      'receive',
      'Expected in',
      (row) => row.receive_on,
      'Ordered on that day it is taken in on this one; of a group the earliest',
    ),
    {
      id: 'runs_out',
      header: 'If not',
      width: 92,
      sort: 'runs_out',
      sortDescendingFirst: false,
      filter: { kind: 'date' },
      help: 'The day it runs out without an order',
      text: (row) => {
        const on = ofLine(row, (line) => line.runs_out_on);
        return on === null ? '' : `short ${shortDate(on)}`;
      },
      tone: (row) =>
        row.kind !== 'group' && row.runs_out_on !== null && row.runs_out_on < row.receive_on ? 'bad' : 'quiet',
    },
    {
      ...amount('short', 'Short by', 70, (line) => Math.round(line.short_qty_milli)),
      hidden: true,
      help: 'Missing two lead times from now without an order',
    },
    {
      id: 'early',
      header: 'Early',
      width: 110,
      hidden: true,
      help: 'What is ordered before it must be, and why',
      text: (row) => ofLine(row, earlyWords) ?? '',
      tone: () => 'quiet',
    },
    {
      id: 'supplier',
      header: 'Supplier',
      width: 150,
      hidden: true,
      filter: { kind: 'text' },
      text: (row) => ofLine(row, (line) => line.supplier ?? `from ${line.from_site ?? ''}`) ?? '',
    },
    {
      id: 'category',
      header: 'Category',
      width: 120,
      hidden: true,
      filter: { kind: 'text' },
      text: (row) => ofLine(row, (line) => line.category) ?? '',
    },
    {
      id: 'owner',
      header: 'Planner',
      width: 90,
      hidden: true,
      filter: { kind: 'text' },
      text: (row) => ofLine(row, (line) => line.owner) ?? '',
    },
    {
      id: 'uom',
      header: 'Unit',
      width: 52,
      hidden: true,
      filter: { kind: 'text' },
      text: (row) => ofLine(row, (line) => line.uom) ?? '',
      tone: () => 'quiet',
    },
    {
      id: 'state',
      header: 'State',
      width: 124,
      sort: 'state',
      filter: {
        kind: 'set',
        options: Object.entries(REPLENISHMENT_STATE_WORDS).map(([value, label]) => ({ value, label })),
      },
      text: (row) => stateText(row, options),
      cell: (row) => <StateCell row={row} options={options} />,
    },
  ];
}

/** A mean is not said to the thousandth. */
function shownQuantity(qty_milli: number | null): string {
  return qty_milli === null || qty_milli % 1000 === 0 ? quantity(qty_milli) : roughQuantity(qty_milli);
}

export function earlyWords(line: ReplenishmentLine): string {
  if (line.reason === 'needed') return '';
  const why = { for_minimum: 'minimum', for_freight: 'freight', for_container: 'container' }[line.reason];
  return `${integer(line.days_early)} d, ${why}`;
}

function valueOf(row: ReplenishmentRow, standing: Standing): number | null {
  if (row.kind === 'group') return row.lines > 0 && row.lines === row.transfers ? null : row.value_minor;
  const decided = standing.get(row.key);
  return decided && decided.qty_milli > 0 ? decided.value_minor : row.value_minor;
}

function stateText(row: ReplenishmentRow, { standing, currency }: ProposalColumnOptions): string {
  if (row.kind !== 'group') return stateOfLine(standing.get(row.key)).word;
  if (row.key === TOTAL_KEY) {
    const asked = row.by_state.awaiting_approval;
    return asked === 0 ? '' : `${integer(asked)} for approval`;
  }
  return minimumWords(row, currency)?.word ?? '';
}

function StateCell({ row, options }: { readonly row: ReplenishmentRow; readonly options: ProposalColumnOptions }) {
  const word = stateText(row, options);
  if (row.kind !== 'group') {
    const state = stateOfLine(options.standing.get(row.key));
    return (
      <span title={state.more}>
        <Status shape={state.shape}>{word}</Status>
      </span>
    );
  }
  if (word === '') return null;
  const shape = row.key === TOTAL_KEY ? 'warn' : (minimumWords(row, options.currency)?.shape ?? 'good');
  return (
    <Status shape={shape} calm>
      {word}
    </Status>
  );
}

function NameCell({ row, options }: { readonly row: ReplenishmentRow; readonly options: ProposalColumnOptions }) {
  if (row.kind === 'group') {
    return (
      <>
        <CellName>{row.label}</CellName>
        <CellCount>{row.key === TOTAL_KEY ? `${integer(row.lines)} lines` : groupWords(row)}</CellCount>
      </>
    );
  }
  const { onTick, ticked } = options;
  const on = ticked.has(row.key);
  return (
    <>
      {onTick ? <TickBox of={row.code} on={on} onTick={() => onTick(row)} /> : null}
      <CellCode>{row.code}</CellCode>
      <CellName>{row.name}</CellName>
      {row.warnings > 0 ? <Shape shape="warn" /> : null}
    </>
  );
}
