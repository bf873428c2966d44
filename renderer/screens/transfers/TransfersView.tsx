/** Transfers between the sites: what waits for whom, with what the giving site can spare, and the next step of each. */
import { useCallback, useMemo, useState } from 'react';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import type { TransferRow } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useRun } from '#renderer/client/useContract.ts';
import { dateAndTime } from '#renderer/format/dates.ts';
import { quantity, quantityWithUnit } from '#renderer/format/numbers.ts';
import type { GridColumn, GridSort } from '#renderer/grid/columns.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import { Empty, ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import { StepDialog } from './StepDialog.tsx';
import styles from './transfers.module.css';
import { dueWords, givingWords, qtyOf, transferNumber } from './transferWords.ts';

type Doing = 'approve' | 'refuse' | 'dispatch' | 'receive' | 'end';

export interface TransfersGrid {
  readonly columns: readonly GridColumn<TransferRow>[];
  readonly sorts: readonly GridSort[];
  readonly onSorts: (sorts: readonly GridSort[]) => void;
  readonly filters: readonly ColumnFilter[];
  readonly onFilters: (filters: readonly ColumnFilter[]) => void;
  /** What the filters leave, in its order; null = not told yet. */
  readonly shown: readonly TransferRow[] | null;
  readonly onShown: (rows: readonly TransferRow[]) => void;
  readonly onSelection: (summary: RangeSummary | null) => void;
}

export function TransfersView({
  show,
  named,
  shown,
  ...grid
}: TransfersGrid & {
  readonly show: 'open' | 'over';
  /** The transfer one comes for. */
  readonly named: string | null;
}) {
  const { company } = useWorkplace();
  const asked = useAsk('transfers', { company_id: company.id, show });
  const [current, setCurrent] = useState<string | null>(named);
  /** Bound to its transfer: when that one is gone meanwhile, the next is not answered in its place. */
  const [doing, setDoing] = useState<{ readonly step: Doing; readonly id: string } | null>(null);
  const rows = asked.data?.rows ?? [];
  // what a filter leaves out is not what a key acts on; a step taken elsewhere is in the rows
  const inView = shown === null ? rows : shown.flatMap((each) => rows.find(({ id }) => id === each.id) ?? []);
  const row = inView.find((each) => each.id === current) ?? inView[0] ?? null;
  const may = row === null || row.waiting ? null : row.may;
  const first = row === null ? null : firstStep(row);
  const row_id = row?.id ?? null;
  const begin = useCallback(
    (step: Doing): void => {
      if (row_id !== null) setDoing({ step, id: row_id });
    },
    [row_id],
  );
  const about = doing === null ? null : (rows.find(({ id }) => id === doing.id) ?? null);
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      ...(first === null ? [] : [{ key: '', cap: '↵', word: DOING_WORDS[first] }]),
      ...(may?.answer ? [{ key: 'r', cap: 'R', word: 'refuse', run: () => begin('refuse') }] : []),
      ...(may?.end
        ? [{ key: 'w', cap: 'W', word: row?.state === 'requested' ? 'withdraw' : 'cancel', run: () => begin('end') }]
        : []),
    ],
    [first, may, row?.state, begin],
  );
  useKeys('Transfers', keys);
  if (!asked.data) {
    return asked.error ? (
      <ErrorState
        title="Transfers could not be read"
        text={errorMessage(asked.error)}
        onRetry={() => void asked.refetch()}
      />
    ) : (
      <LoadingRows rows={12} />
    );
  }
  return (
    <div className={styles['body']}>
      {row && show === 'open' ? (
        <div className={styles['bar']}>
          <span className={styles['said']}>{sentence(row)}</span>
          {may?.answer ? (
            <>
              <Button kind="solid" keyCap="↵" disabled={givableMilli(row) === 0} onClick={() => begin('approve')}>
                {givableMilli(row) === 0 ? 'Nothing to spare' : `Give ${quantity(givableMilli(row))}`}
              </Button>
              <Button keyCap="R" onClick={() => begin('refuse')}>
                Refuse
              </Button>
            </>
          ) : null}
          {may?.dispatch ? (
            <Button kind="solid" keyCap="↵" onClick={() => begin('dispatch')}>
              Send {quantity(qtyOf(row))} off
            </Button>
          ) : null}
          {may?.receive ? (
            <Button kind="solid" keyCap="↵" onClick={() => begin('receive')}>
              Take {quantity(qtyOf(row))} in
            </Button>
          ) : null}
          {may?.end ? (
            <Button keyCap="W" onClick={() => begin('end')}>
              {row.state === 'requested' ? 'Withdraw' : 'Cancel'}
            </Button>
          ) : null}
        </div>
      ) : null}
      {asked.data.total_rows > rows.length ? (
        <InlineMessage tone="quiet">{`The first ${rows.length} of ${asked.data.total_rows}.`}</InlineMessage>
      ) : null}
      <MemoryGrid<TransferRow>
        label="Transfers between sites"
        viewId={`transfers-${show}`}
        {...grid}
        sortsRows
        partial={asked.data.total_rows > rows.length}
        rows={rows}
        rowKey={(each) => each.id}
        currentKey={row?.id ?? null}
        arriveAtKey={named}
        onFocusRow={(each) => setCurrent(each.id)}
        onDrill={(each) => {
          setCurrent(each.id);
          const step = firstStep(each);
          if (step !== null) setDoing({ step, id: each.id });
        }}
        overlay={
          rows.length > 0 ? null : show === 'open' ? (
            <Empty
              good
              title="No transfer waits"
              text="A branch asks another from Stock, from a short line of Fulfilment, or by accepting a transfer under Replenishment."
            />
          ) : (
            <Empty
              title="No transfer is over yet"
              text="What arrived, was refused, withdrawn or cancelled stays here."
            />
          )
        }
      />
      {about && doing?.step === 'end' ? <EndDialog row={about} onClose={() => setDoing(null)} /> : null}
      {about && doing && doing.step !== 'end' ? (
        <StepDialog key={`${about.id}${doing.step}`} row={about} step={doing.step} onClose={() => setDoing(null)} />
      ) : null}
    </div>
  );
}

const DOING_WORDS: Readonly<Record<Doing, string>> = {
  approve: 'give',
  refuse: 'refuse',
  dispatch: 'send off',
  receive: 'take in',
  end: 'call off',
};

function firstStep({ waiting, may }: TransferRow): Doing | null {
  if (waiting) return null;
  return may.answer ? 'approve' : may.dispatch ? 'dispatch' : may.receive ? 'receive' : null;
}

/** All that is asked for, as far as the site can spare it. */
function givableMilli(row: TransferRow): number {
  return row.giving === null ? row.asked_qty_milli : Math.min(row.asked_qty_milli, row.giving.spare_qty_milli);
}

function sentence(row: TransferRow): string {
  return [
    `${transferNumber(row)}: ${row.asked_by} asked ${row.from_site} for ${quantityWithUnit(row.asked_qty_milli, row.uom)} of ${row.code} for ${row.to_site}, ${dateAndTime(row.asked_at_ms)}`,
    dueWords(row),
    row.giving === null
      ? ''
      : `${row.from_site} can spare ${quantity(row.giving.spare_qty_milli)} (${givingWords(row.giving)})`,
    row.may.not_answer_because === 'own' ? 'You asked; somebody else answers.' : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

function EndDialog({ row, onClose }: { readonly row: TransferRow; readonly onClose: () => void }) {
  const { company } = useWorkplace();
  const run = useRun('endTransfer');
  const step = row.state === 'requested' ? 'withdrawn' : 'cancelled';
  const words = `${quantityWithUnit(qtyOf(row), row.uom)} of ${row.code}`;
  return (
    <ReasonDialog
      title={`${step === 'withdrawn' ? 'Withdraw the request for' : 'Cancel the transfer of'} ${words}`}
      aside={transferNumber(row)}
      says={step === 'cancelled' ? `What ${row.from_site} held back for ${row.to_site} is free again.` : undefined}
      button={step === 'withdrawn' ? `Withdraw ${words}` : `Cancel ${words}`}
      hint="Both sites read it."
      busy={run.isPending}
      problems={[run.error ? errorMessage(run.error) : null]}
      onDecide={(reason) => {
        run.mutate({ company_id: company.id, transfer_id: row.id, step, reason }, { onSuccess: onClose });
      }}
      onClose={onClose}
    />
  );
}
