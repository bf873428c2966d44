/** What waits for a second person: decisions and draft orders, who asked, why, what is in them, and the answer. */
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import type { ReplenishmentDesk } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { dateAndTime } from '#renderer/format/dates.ts';
import { ledgerMoney } from '#renderer/format/money.ts';
import { counted, integer, quantityWithUnit } from '#renderer/format/numbers.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import { Empty, InlineMessage } from '#renderer/ui/States.tsx';
import { approvalColumns, askedBy } from './approvalColumns.tsx';
import { answersOf, type AskedRow, askedRows, isMine, valueOf } from './approvalRows.ts';
import { DraftPanel } from './DraftPanel.tsx';
import { notMineWords, orderNumber, unseenWords } from './orderWords.ts';
import styles from './replenishment.module.css';

const NONE: ReadonlySet<string> = new Set();

export function ApprovalsView({ desk, tabs }: { readonly desk: ReplenishmentDesk; readonly tabs: ReactNode }) {
  const { company } = useWorkplace();
  const answering = useAnswering();
  const [refusing, setRefusing] = useState<readonly AskedRow[] | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const [panel, setPanel] = useState(true);
  const [ticks, setTicks] = useState(NONE);
  const { currency } = desk;
  const rows = useMemo(() => askedRows(desk), [desk]);
  const at = rows.find((each) => each.key === focused) ?? null;
  // what was answered meanwhile is not ticked any more
  const ticked = rows.filter((each) => ticks.has(each.key) && isMine(each));
  const tick = useCallback((row: AskedRow) => {
    if (!isMine(row)) return;
    setTicks((now) => {
      const next = new Set(now);
      if (!next.delete(row.key)) next.add(row.key);
      return next;
    });
  }, []);
  const columns = useMemo(() => approvalColumns({ currency, ticked: ticks, onTick: tick }), [currency, ticks, tick]);
  const approve = (about: readonly AskedRow[]): void => {
    if (about.some(isMine)) void answering.answer(about, 'approved', null);
  };
  const latest = useRef({ at, ticked });
  latest.current = { at, ticked };
  const any_mine = rows.some(isMine);
  const isOpen = panel && at?.kind === 'order';
  const keys = useMemo<readonly KeyAction[]>(() => {
    if (!any_mine) return [];
    const refuse = (about: readonly AskedRow[]): void => {
      if (about.some(isMine)) setRefusing(about.filter(isMine));
    };
    return [
      { key: '', cap: 'Space', word: 'tick' },
      { key: '', cap: '↵', word: 'approve' },
      {
        key: 'r',
        cap: 'R',
        word: 'refuse',
        run: () => refuse(latest.current.at === null ? [] : [latest.current.at]),
      },
      { key: '', cap: '⇧↵', word: 'approve all ticked', quiet: true },
      { key: 'shift+r', cap: '⇧R', word: 'refuse all ticked', quiet: true, run: () => refuse(latest.current.ticked) },
      {
        key: 'w',
        cap: 'W',
        word: 'lines',
        help: 'what is in the draft order',
        run: () => setPanel((now) => !now),
      },
      ...(isOpen ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', quiet: true, run: () => setPanel(false) }] : []),
    ];
  }, [any_mine, isOpen]);
  useKeys('Approvals', keys);
  return (
    <ScreenFrame
      title="Replenishment"
      subtitle={company.name}
      headerRight={
        <>
          {ticked.length > 0 ? (
            <>
              <Button keyCap="⇧ ↵" disabled={answering.busy} onClick={() => approve(ticked)}>
                Approve {integer(ticked.length)} ticked
              </Button>
              <Button keyCap="⇧ R" disabled={answering.busy} onClick={() => setRefusing(ticked)}>
                Refuse {integer(ticked.length)}
              </Button>
            </>
          ) : null}
          {tabs}
        </>
      }
      panelLabel="Draft order"
      panel={
        isOpen ? (
          <DraftPanel
            order={at.order}
            currency={currency}
            busy={answering.busy}
            onApprove={() => approve([at])}
            onRefuse={() => setRefusing([at])}
            onClose={() => setPanel(false)}
          />
        ) : null
      }
    >
      <div className={styles['body']}>
        {answering.problem !== null && refusing === null ? (
          <div className={styles['problem']}>
            <InlineMessage tone="bad">{answering.problem}</InlineMessage>
          </div>
        ) : null}
        {at && !isOpen ? (
          <div className={styles['problem']}>
            <span className={styles['said']}>{sentence(at, currency)}</span>
            <span className={styles['grow']} />
            {isMine(at) ? (
              <>
                <Button kind="solid" keyCap="↵" disabled={answering.busy} onClick={() => approve([at])}>
                  Approve {ledgerMoney(valueOf(at), currency)}
                </Button>
                <Button keyCap="R" onClick={() => setRefusing([at])}>
                  Refuse
                </Button>
              </>
            ) : null}
          </div>
        ) : null}
        <MemoryGrid<AskedRow>
          label="Waiting for approval"
          viewId="replenishment-approvals"
          columns={columns}
          rows={rows}
          rowKey={(row) => row.key}
          currentKey={at?.key ?? null}
          onFocusRow={(row) => setFocused(row.key)}
          onDrill={(row) => approve([row])}
          onWorking={tick}
          onTogether={() => approve(ticked)}
          overlay={rows.length === 0 ? <Empty good title="Nothing waits for approval" /> : null}
        />
        {refusing ? (
          <RefuseDialog
            about={refusing}
            answering={answering}
            onClose={() => {
              answering.forget();
              setRefusing(null);
            }}
          />
        ) : null}
      </div>
    </ScreenFrame>
  );
}

interface Answering {
  readonly busy: boolean;
  readonly problem: string | null;
  readonly forget: () => void;
  /** Resolves to whether all of it was kept. */
  readonly answer: (
    about: readonly AskedRow[],
    verdict: 'approved' | 'refused',
    reason: string | null,
  ) => Promise<boolean>;
}

/** Decisions and draft orders are answered each by its own command, in one go. */
function useAnswering(): Answering {
  const { company } = useWorkplace();
  const decisions = useRun('approveReplenishment');
  const orders = useRun('approveDraftOrders');
  const error = orders.error ?? decisions.error;
  const answer: Answering['answer'] = async (about, verdict, reason) => {
    const { draft_order_ids, decision_ids } = answersOf(about);
    const said = { company_id: company.id, verdict, reason };
    orders.reset();
    decisions.reset();
    try {
      if (draft_order_ids.length > 0) {
        await orders.mutateAsync({ ...said, draft_order_ids: [...draft_order_ids] });
      }
      if (decision_ids.length > 0) await decisions.mutateAsync({ ...said, decision_ids: [...decision_ids] });
      return true;
    } catch {
      // shown as the problem
      return false;
    }
  };
  return {
    busy: decisions.isPending || orders.isPending,
    problem: error ? errorMessage(error) : null,
    forget: () => {
      orders.reset();
      decisions.reset();
    },
    answer,
  };
}

function RefuseDialog({
  about,
  answering,
  onClose,
}: {
  readonly about: readonly AskedRow[];
  readonly answering: Answering;
  readonly onClose: () => void;
}) {
  const [first] = about;
  if (first === undefined) return null;
  const one = about.length === 1;
  const asked = [...new Set(about.map(askedBy))].join(', ');
  const what = one ? subject(first) : `${integer(about.length)} ticked`;
  const orders = about.some(({ kind }) => kind === 'order');
  return (
    <ReasonDialog
      title={`Refuse ${what}`}
      aside={`asked by ${asked}`}
      button={
        one ? `Refuse ${first.kind === 'order' ? orderNumber(first.order) : first.decision.code}` : `Refuse ${what}`
      }
      hint={
        orders
          ? `${asked} reads it. A refused draft is cancelled, then its lines are decided anew.`
          : `${asked} sees it at the proposal.`
      }
      busy={answering.busy}
      problems={[answering.problem]}
      onDecide={(reason) => {
        void answering.answer(about, 'refused', reason).then((kept) => {
          if (kept) onClose();
        });
      }}
      onClose={onClose}
    />
  );
}

function subject(row: AskedRow): string {
  if (row.kind === 'order') {
    return `${orderNumber(row.order)} of ${counted(row.order.lines.length, 'line')} to ${row.order.supplier}`;
  }
  return `${quantityWithUnit(row.decision.qty_milli, row.decision.uom)} of ${row.decision.code}`;
}

function sentence(row: AskedRow, currency: string): string {
  if (row.kind === 'order') {
    const { order } = row;
    return `${subject(row)}, made by ${order.by} ${dateAndTime(order.at_ms)}: ${unseenWords(order.approval, currency)}. ${notMineWords(order.approval)}`;
  }
  const { code, qty_milli, uom, value_minor, by, at_ms, not_mine } = row.decision;
  const why_not =
    not_mine === 'own'
      ? 'You asked; somebody else answers.'
      : not_mine === 'role'
        ? 'Buyers, controllers and executives answer.'
        : '';
  return `${code}: ${quantityWithUnit(qty_milli, uom)}, ${ledgerMoney(value_minor, currency)}, asked by ${by} ${dateAndTime(at_ms)}. ${why_not}`;
}
