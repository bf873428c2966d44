/** The columns of orders that wait for a decision. */
import type { ApprovalRow } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { NO_DATA } from '#renderer/format/numbers.ts';
import { CellName } from '#renderer/grid/cellParts.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { moneyColumn } from '#renderer/grid/moneyColumn.ts';
import { ChannelMark, type MarkShape, Shape, Status } from '#renderer/ui/Mark.tsx';
import styles from './approvals.module.css';
import { brokenWords, KIND_WORDS } from './approvalWords.ts';

const STATES: Readonly<Record<ApprovalRow['state'], { readonly word: string; readonly shape: MarkShape }>> = {
  waiting: { word: 'Waiting', shape: 'waiting' },
  approved: { word: 'Approved', shape: 'done' },
  refused: { word: 'Refused', shape: 'refused' },
};

export function approvalColumns({
  currency,
  ticked,
  onTick,
  decided,
}: {
  readonly currency: string;
  readonly ticked: ReadonlySet<string>;
  readonly onTick: (key: string) => void;
  readonly decided: boolean;
}): readonly GridColumn<ApprovalRow>[] {
  const money = (id: string, header: string, help: string, value: (row: ApprovalRow) => number) =>
    moneyColumn<ApprovalRow>(currency, id, header, value, { help });
  return [
    {
      id: 'order',
      header: 'Order, customer',
      width: 230,
      sort: 'order',
      text: (row) => `${ticked.has(row.key) ? '☑ ' : ''}${row.number} ${row.party ?? NO_DATA}`,
      cell: (row) => (
        <>
          <input
            type="checkbox"
            className={styles['tick'] ?? ''}
            aria-label={`Tick ${row.number}`}
            tabIndex={-1}
            checked={ticked.has(row.key)}
            onChange={() => onTick(row.key)}
          />
          <ChannelMark kind={row.channel_kind} />
          <span>{row.number}</span>
          <CellName>{row.party ?? NO_DATA}</CellName>
          {row.decision_state === null ? null : <Shape shape="waiting" size={10} />}
        </>
      ),
    },
    { id: 'kind', header: 'Breaks', width: 84, sort: 'kind', text: (row) => KIND_WORDS[row.kind].short },
    { id: 'broken', header: 'By how much', width: 200, text: (row) => brokenWords(row, currency) },
    money('beyond', 'Beyond', 'Money beyond the rule', (row) => row.beyond_minor),
    money('net', 'Order', 'Net of the order', (row) => row.net_minor),
    {
      id: 'state',
      header: 'State',
      width: 96,
      text: (row) => `${STATES[row.state].word}${row.changed ? ', changed' : ''}`,
      cell: (row) => (
        <Status shape={STATES[row.state].shape}>{row.changed ? 'Changed' : STATES[row.state].word}</Status>
      ),
    },
    {
      id: 'asked',
      header: decided ? 'Decided by' : 'Asked by',
      width: 92,
      text: (row) => (decided ? row.decided_by : row.asked_by) ?? NO_DATA,
    },
    { id: 'reason', header: 'Reason', width: 240, text: (row) => row.reason ?? '', tone: () => 'quiet' },
    { id: 'salesperson', header: 'Salesperson', width: 120, hidden: true, text: (row) => row.salesperson ?? '' },
    {
      id: 'ordered',
      header: 'Ordered',
      width: 68,
      align: 'right',
      hidden: true,
      text: (row) => shortDate(row.ordered_on),
    },
    { id: 'site', header: 'Site', width: 110, hidden: true, text: (row) => row.site ?? '' },
  ];
}
