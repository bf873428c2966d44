/** The columns of the claims. */
import { CLAIM_STATES, claimReason } from '#domain/claims/claim.ts';
import { minorDigits } from '#domain/money.ts';
import type { ClaimRow } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { overviewAmount } from '#renderer/format/money.ts';
import { counted, integer, NO_DATA } from '#renderer/format/numbers.ts';
import { CellCode, CellCount, CellName } from '#renderer/grid/cellParts.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { moneyColumn } from '#renderer/grid/moneyColumn.ts';
import { ChannelMark, Shape, Status } from '#renderer/ui/Mark.tsx';
import type { Grouping } from './claimChoices.ts';
import { clockDays, doneWords, STATE_WORDS, stateShape, tooLongWords } from './claimWords.ts';
import styles from './claims.module.css';

export interface ClaimColumnOptions {
  readonly treeHeader: string;
  readonly group_by: Grouping;
  readonly currency: string;
  readonly cost_visible: boolean;
  /** Beside the panel, which says the rest. */
  readonly narrow: boolean;
  /** Only what is resolved has a day on which it was. */
  readonly with_resolved: boolean;
  readonly year: number;
  readonly target_days: number | null;
  readonly ticked: ReadonlySet<string>;
  /** null: this person gives work to nobody. */
  readonly onTick: ((row: ClaimRow) => void) | null;
}

/** The panel says these of its claim; money, age and whom it waits for is worked by in the list. */
export const GIVING_WAY = ['clock', 'opened', 'shipped', 'order', 'resolved', 'owner', 'item', 'reason'] as const;

export function claimColumns(options: ClaimColumnOptions): readonly GridColumn<ClaimRow>[] {
  const { group_by, currency, narrow, year, cost_visible, onTick } = options;
  const number = { kind: 'number', places: minorDigits(currency) } as const;
  const locked = cost_visible ? {} : { lockedFor: 'Finance' };
  const zeroIsNone = (value: number | null): string =>
    value === null ? NO_DATA : value === 0 ? '' : overviewAmount(value, currency);
  const tick: GridColumn<ClaimRow> = {
    id: 'tick',
    header: '✓',
    help: 'Chosen for snoozing or assigning together',
    width: 34,
    onPaper: false,
    text: (row) => (options.ticked.has(row.key) ? '✓' : ''),
    cell: (row) =>
      row.open === 0 || row.kind === 'group' ? null : (
        <input
          type="checkbox"
          className={styles['tick']}
          tabIndex={-1}
          aria-label={`Choose claim ${row.label}`}
          checked={options.ticked.has(row.key)}
          onChange={() => onTick?.(row)}
        />
      ),
  };
  return [
    {
      id: 'name',
      header: options.treeHeader,
      width: group_by !== 'none' ? (narrow ? 190 : 230) : narrow ? 86 : 92,
      sort: 'name',
      filter: { kind: 'text' },
      text: nameText,
      cell: (row) => <NameCell row={row} />,
    },
    ...(onTick ? [tick] : []),
    {
      id: 'customer',
      header: 'Customer',
      width: narrow ? 136 : 164,
      sort: 'customer',
      hidden: group_by === 'customer',
      filter: { kind: 'text' },
      text: (row) => (row.kind === 'group' ? '' : (row.party ?? NO_DATA)),
    },
    {
      id: 'state',
      header: 'Waits for',
      width: 92,
      sort: 'state',
      filter: {
        kind: 'set',
        options: CLAIM_STATES.map((value) => ({ value, label: STATE_WORDS[value].word })),
      },
      help: `Us, the customer, or nobody any more; ◇ = open ${tooLongWords(options.target_days)}`,
      text: stateText,
      cell: (row) => {
        const words = stateText(row);
        if (words === '') return null;
        return (
          <Status shape={row.kind === 'group' ? 'warn' : stateShape(row)} calm={row.kind === 'group'}>
            {words}
          </Status>
        );
      },
    },
    {
      id: 'age',
      header: 'Age, d',
      help: 'Calendar days since it was opened, or until it was resolved; of a group the oldest open one',
      width: 54,
      align: 'right',
      sort: 'age',
      filter: { kind: 'number', places: 0 },
      text: (row) => (row.age_days === null ? '' : integer(row.age_days)),
      tone: (row) => (row.kind === 'claim' && row.too_long > 0 ? 'strong' : undefined),
    },
    moneyColumn<ClaimRow>(currency, 'claimed', 'Claimed', (row) => row.claimed_minor, { width: 76, filter: number }),
    moneyColumn<ClaimRow>(currency, 'allowed', 'Allowed', (row) => row.allowed_minor, {
      width: 76,
      filter: number,
      help: 'Credit notes that name the claim',
      text: (row) => zeroIsNone(row.allowed_minor),
    }),
    moneyColumn<ClaimRow>(currency, 'margin', 'GM3', (row) => row.margin_minor, {
      width: 70,
      filter: number,
      help: 'What it took from GM3 so far: what was allowed and what it cost beside that',
      text: (row) => zeroIsNone(row.margin_minor),
      ...locked,
    }),
    {
      id: 'reason',
      header: 'Reason',
      width: narrow ? 96 : 102,
      sort: 'reason',
      hidden: group_by === 'reason',
      filter: { kind: 'text' },
      text: (row) => (row.reason === null ? '' : claimReason(row.reason)),
    },
    {
      id: 'item',
      header: 'Item',
      width: narrow ? 140 : 184,
      sort: 'item',
      hidden: group_by === 'item',
      filter: { kind: 'text' },
      text: (row) => `${row.item_code ?? ''} ${row.item ?? ''}`.trim(),
      cell: (row) =>
        row.item_code === null ? null : (
          <>
            <CellCode>{row.item_code}</CellCode>
            <CellName>{row.item}</CellName>
          </>
        ),
    },
    {
      id: 'owner',
      header: 'Who',
      help: 'Who was asked to see to it, else the customer’s salesperson',
      width: narrow ? 86 : 96,
      sort: 'owner',
      hidden: group_by === 'owner',
      filter: { kind: 'text' },
      text: (row) =>
        row.kind === 'group'
          ? ''
          : [row.assigned_to ?? row.owner ?? NO_DATA, doneWords(row)].filter(Boolean).join(', '),
      cell: (row) =>
        row.kind === 'group' ? null : (
          <>
            <CellName title={doneWords(row) || undefined}>{row.assigned_to ?? row.owner ?? NO_DATA}</CellName>
            {doneWords(row) === '' ? null : <Shape shape="waiting" size={10} />}
          </>
        ),
    },
    {
      id: 'order',
      header: 'Order',
      width: 80,
      filter: { kind: 'text' },
      text: (row) => row.order_number ?? (row.kind === 'group' ? '' : NO_DATA),
    },
    {
      id: 'shipped',
      header: 'Shipped',
      help: 'The day the last part of the line was shipped',
      width: 66,
      align: 'right',
      text: (row) => (row.shipped_on === null ? '' : shortDate(row.shipped_on, year)),
    },
    {
      id: 'opened',
      header: 'Opened',
      width: 66,
      align: 'right',
      sort: 'opened',
      filter: { kind: 'date' },
      text: (row) => (row.opened_on === null ? '' : shortDate(row.opened_on, year)),
    },
    {
      id: 'clock',
      header: 'Our time, d',
      help: 'Without what it waited for the customer: as claim resolution time counts',
      width: 88,
      align: 'right',
      sort: 'clock',
      filter: { kind: 'number', places: 3 },
      text: (row) => clockDays(row.clock_milli_days),
    },
    {
      id: 'resolved',
      header: 'Resolved',
      width: 70,
      align: 'right',
      sort: 'resolved',
      filter: { kind: 'date' },
      hidden: !options.with_resolved,
      text: (row) => (row.resolved_on === null ? '' : shortDate(row.resolved_on, year)),
    },
    moneyColumn<ClaimRow>(currency, 'cost', 'Cost', (row) => row.cost_minor, {
      width: 70,
      filter: number,
      hidden: true,
      help: 'What it cost beside what was allowed: sorting, a courier, an hour of the workshop',
      text: (row) => zeroIsNone(row.cost_minor),
      ...locked,
    }),
    {
      id: 'site',
      header: 'Site',
      width: 106,
      hidden: true,
      filter: { kind: 'text' },
      text: (row) => row.site ?? '',
    },
    {
      id: 'channel',
      header: 'Channel',
      width: 118,
      hidden: true,
      filter: { kind: 'text' },
      text: (row) => row.channel ?? '',
    },
  ];
}

/** Of a claim whom it waits for; of several how many are open too long. */
function stateText(row: ClaimRow): string {
  if (row.kind === 'group') return row.too_long === 0 ? '' : `${integer(row.too_long)} too long`;
  return row.state === null ? '' : STATE_WORDS[row.state].word;
}

function nameText(row: ClaimRow): string {
  return row.kind === 'group' ? `${row.label} ${counted(row.claims, 'claim')}` : row.label;
}

function NameCell({ row }: { readonly row: ClaimRow }) {
  if (row.kind === 'group') {
    return (
      <>
        <CellName>{row.key === 'total' ? counted(row.claims, 'claim') : row.label}</CellName>
        {row.key === 'total' ? null : <CellCount>{integer(row.claims)}</CellCount>}
      </>
    );
  }
  return (
    <>
      <ChannelMark kind={row.channel_kind ?? 'unmapped'} />
      <span className={styles['number']}>{row.number}</span>
    </>
  );
}
