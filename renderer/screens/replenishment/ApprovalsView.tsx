/** What waits for a second person: who asked, why it needs one, and the answer. */
import { useMemo, useState } from 'react';
import type { ApprovalReason } from '#domain/planning/replenishment/approval.ts';
import type { ReplenishmentDesk, WaitingApproval } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { dateAndTime } from '#renderer/format/dates.ts';
import { ledgerMoney } from '#renderer/format/money.ts';
import { predicted, quantity, quantityWithUnit } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { moneyColumn } from '#renderer/grid/moneyColumn.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import { Empty, InlineMessage } from '#renderer/ui/States.tsx';
import styles from './replenishment.module.css';

const WHY_WORDS: Readonly<Record<ApprovalReason, string>> = {
  value: 'above the value limit',
  deviation: 'far from the proposal',
  no_price: 'no price known',
  not_recomputed: 'its figures do not give it',
};

export function ApprovalsView({ desk }: { readonly desk: ReplenishmentDesk }) {
  const { company } = useWorkplace();
  const approve = useRun('approveReplenishment');
  const [refusing, setRefusing] = useState<WaitingApproval | null>(null);
  const [focused, setFocused] = useState<WaitingApproval | null>(null);
  const { approvals, currency } = desk;
  const columns = useMemo(() => approvalColumns(currency), [currency]);
  const at = approvals.find((each) => each.decision_id === focused?.decision_id) ?? null;
  const { mutate } = approve;
  const keys = useMemo<readonly KeyAction[]>(() => {
    if (!approvals.some(({ not_mine }) => not_mine === null)) return [];
    const mine = at !== null && at.not_mine === null;
    return [
      { key: '', cap: '↵', word: 'approve' },
      { key: 'r', cap: 'R', word: 'refuse', run: () => (mine ? setRefusing(at) : undefined) },
    ];
  }, [at, approvals]);
  useKeys('Approvals', keys);
  const accept = (row: WaitingApproval): void => {
    if (row.not_mine !== null) return;
    mutate({ company_id: company.id, decision_ids: [row.decision_id], verdict: 'approved', reason: null });
  };
  return (
    <div className={styles['body']}>
      {approve.error && refusing === null ? (
        <div className={styles['problem']}>
          <InlineMessage tone="bad">{errorMessage(approve.error)}</InlineMessage>
        </div>
      ) : null}
      {at ? (
        <div className={styles['problem']}>
          <span className={styles['said']}>
            {at.code}: {quantityWithUnit(at.qty_milli, at.uom)}, {ledgerMoney(at.value_minor, currency)}, asked by{' '}
            {at.by} {dateAndTime(at.at_ms)}. {whyNot(at)}
          </span>
          <span className={styles['grow']} />
          {at.not_mine === null ? (
            <>
              <Button kind="solid" keyCap="↵" disabled={approve.isPending} onClick={() => accept(at)}>
                Approve {ledgerMoney(at.value_minor, currency)}
              </Button>
              <Button keyCap="R" onClick={() => setRefusing(at)}>
                Refuse
              </Button>
            </>
          ) : null}
        </div>
      ) : null}
      <MemoryGrid<WaitingApproval>
        label="Waiting for approval"
        viewId="replenishment-approvals"
        columns={columns}
        rows={approvals}
        rowKey={(row) => row.decision_id}
        currentKey={at?.decision_id ?? null}
        onFocusRow={setFocused}
        onDrill={accept}
        overlay={approvals.length === 0 ? <Empty good title="Nothing waits for approval" /> : null}
      />
      {refusing ? (
        <ReasonDialog
          title={`Refuse ${quantityWithUnit(refusing.qty_milli, refusing.uom)} of ${refusing.code}`}
          aside={`asked by ${refusing.by}`}
          button={`Refuse ${refusing.code}`}
          hint={`${refusing.by} sees it at the proposal.`}
          busy={approve.isPending}
          problems={[approve.error ? errorMessage(approve.error) : null]}
          onDecide={(reason) => {
            mutate(
              { company_id: company.id, decision_ids: [refusing.decision_id], verdict: 'refused', reason },
              { onSuccess: () => setRefusing(null) },
            );
          }}
          onClose={() => setRefusing(null)}
        />
      ) : null}
    </div>
  );
}

function whyNot({ not_mine }: WaitingApproval): string {
  if (not_mine === 'own') return 'You asked; somebody else answers.';
  return not_mine === 'role' ? 'Buyers, controllers and executives answer.' : '';
}

function approvalColumns(currency: string): readonly GridColumn<WaitingApproval>[] {
  return [
    { id: 'item', header: 'Item', width: 230, sort: 'item', text: (row) => `${row.code} ${row.name}` },
    { id: 'site', header: 'Site', width: 54, sort: 'site', text: (row) => row.site },
    {
      id: 'from',
      header: 'From',
      width: 150,
      sort: 'from',
      text: (row) => row.supplier ?? row.from_site ?? '',
    },
    {
      id: 'qty',
      header: 'Order',
      width: 76,
      align: 'right',
      sort: 'qty',
      text: (row) => quantity(row.qty_milli),
      tone: () => 'strong',
      figure: (row) => ({ value: row.qty_milli, places: 3, unit: row.uom }),
    },
    {
      id: 'proposed',
      header: 'Proposed',
      width: 76,
      align: 'right',
      sort: 'proposed',
      text: (row) => quantity(row.proposed_qty_milli),
      figure: (row) => ({ value: row.proposed_qty_milli, places: 3, unit: row.uom }),
    },
    moneyColumn(currency, 'value', 'Value', (row) => row.value_minor, { width: 84 }),
    {
      id: 'why',
      header: 'Needs it because',
      width: 240,
      sort: 'why',
      text: whyAsked,
    },
    { id: 'by', header: 'Asked by', width: 84, sort: 'by', text: (row) => row.by },
    { id: 'reason', header: 'Says', width: 220, sort: 'reason', text: (row) => row.reason ?? '' },
    {
      id: 'state',
      header: 'Waits for',
      width: 120,
      sort: 'state',
      text: (row) => waitsFor(row),
      cell: (row) => (
        <Status shape={row.waiting ? 'waiting' : row.not_mine === null ? 'warn' : 'ring'}>{waitsFor(row)}</Status>
      ),
    },
  ];
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

function waitsFor(row: WaitingApproval): string {
  if (row.waiting) return predicted('the server');
  return row.not_mine === null ? 'You' : 'An approver';
}
