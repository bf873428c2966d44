/** The columns of what waits for a second person. */
import type { ApprovalReason } from '#domain/planning/replenishment/approval.ts';
import type { WaitingApproval } from '#contract/queries.ts';
import { counted, predicted, quantity, quantityWithUnit } from '#renderer/format/numbers.ts';
import { CellCode, CellName } from '#renderer/grid/cellParts.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { moneyColumn } from '#renderer/grid/moneyColumn.ts';
import { Status } from '#renderer/ui/Mark.tsx';
import { type AskedRow, isMine, valueOf } from './approvalRows.ts';
import { orderNumber, shortUnseen } from './orderWords.ts';
import { TickBox } from './TickBox.tsx';

const WHY_WORDS: Readonly<Record<ApprovalReason, string>> = {
  value: 'above the value limit',
  deviation: 'far from the proposal',
  no_price: 'no price known',
  not_recomputed: 'its figures do not give it',
};

export function approvalColumns({
  currency,
  ticked,
  onTick,
}: {
  readonly currency: string;
  readonly ticked: ReadonlySet<string>;
  readonly onTick: (row: AskedRow) => void;
}): readonly GridColumn<AskedRow>[] {
  const ofDecision = (row: AskedRow, said: (decision: WaitingApproval) => string): string =>
    row.kind === 'decision' ? said(row.decision) : '';
  return [
    {
      id: 'item',
      header: 'Item or draft',
      width: 230,
      sort: 'item',
      text: (row) => `${ticked.has(row.key) ? '☑ ' : ''}${nameOf(row).join(' ')}`,
      cell: (row) => <Named row={row} on={ticked.has(row.key)} onTick={onTick} />,
    },
    { id: 'site', header: 'Site', width: 54, sort: 'site', text: (row) => placeOf(row).site },
    { id: 'from', header: 'From', width: 150, sort: 'from', text: (row) => placeOf(row).from },
    {
      id: 'qty',
      header: 'Order',
      width: 76,
      align: 'right',
      sort: 'qty',
      text: (row) => ofDecision(row, ({ qty_milli }) => quantity(qty_milli)),
      tone: () => 'strong',
      figure: (row) =>
        row.kind === 'decision' ? { value: row.decision.qty_milli, places: 3, unit: row.decision.uom } : null,
    },
    {
      id: 'proposed',
      header: 'Proposed',
      width: 76,
      align: 'right',
      sort: 'proposed',
      text: (row) => ofDecision(row, ({ proposed_qty_milli }) => quantity(proposed_qty_milli)),
      figure: (row) =>
        row.kind === 'decision' ? { value: row.decision.proposed_qty_milli, places: 3, unit: row.decision.uom } : null,
    },
    moneyColumn(currency, 'value', 'Value', valueOf, { width: 84 }),
    {
      id: 'why',
      header: 'Needs it because',
      width: 240,
      sort: 'why',
      text: (row) => (row.kind === 'order' ? shortUnseen(row.order.approval, currency) : whyAsked(row.decision)),
    },
    { id: 'by', header: 'Asked by', width: 84, sort: 'by', text: askedBy },
    {
      id: 'reason',
      header: 'Says',
      width: 200,
      sort: 'reason',
      text: (row) => (row.kind === 'order' ? row.order.minimum_reason : row.decision.reason) ?? '',
    },
    {
      id: 'state',
      header: 'Waits for',
      width: 120,
      sort: 'state',
      text: waitsFor,
      cell: (row) => (
        <Status shape={isWaiting(row) ? 'waiting' : isMine(row) ? 'warn' : 'ring'}>{waitsFor(row)}</Status>
      ),
    },
  ];
}

function nameOf(row: AskedRow): readonly [code: string, name: string] {
  if (row.kind === 'decision') return [row.decision.code, row.decision.name];
  return [orderNumber(row.order), counted(row.order.lines.length, 'line')];
}

function placeOf(row: AskedRow): { readonly site: string; readonly from: string } {
  if (row.kind === 'order') return { site: row.order.site, from: row.order.supplier };
  return { site: row.decision.site, from: row.decision.supplier ?? row.decision.from_site ?? '' };
}

export function askedBy(row: AskedRow): string {
  return row.kind === 'order' ? row.order.by : row.decision.by;
}

function isWaiting(row: AskedRow): boolean {
  return row.kind === 'order' ? row.order.waiting : row.decision.waiting;
}

function waitsFor(row: AskedRow): string {
  if (isWaiting(row)) return predicted('the server');
  return isMine(row) ? 'You' : 'An approver';
}

function whyAsked({ why, own_qty_milli, uom }: WaitingApproval): string {
  return why
    .map((reason) =>
      reason === 'not_recomputed' && own_qty_milli !== null
        ? `the server’s own figures give ${quantityWithUnit(own_qty_milli, uom)}`
        : WHY_WORDS[reason],
    )
    .join(', ');
}

function Named({
  row,
  on,
  onTick,
}: {
  readonly row: AskedRow;
  readonly on: boolean;
  readonly onTick: (row: AskedRow) => void;
}) {
  const [code, name] = nameOf(row);
  return (
    <>
      {isMine(row) ? <TickBox of={code} on={on} onTick={() => onTick(row)} /> : null}
      <CellCode>{code}</CellCode>
      <CellName>{name}</CellName>
    </>
  );
}
