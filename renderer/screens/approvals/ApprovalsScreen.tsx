/** Approvals: open orders beyond their rules, why their prices are what they are, and the decision about them. */
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { APPROVAL_KINDS, type ApprovalKind } from '#domain/orders/approval.ts';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import { useLocation } from 'wouter';
import type { ApprovalRow, OrderApprovals, QueryInput } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useAsOf } from '#renderer/client/useContract.ts';
import { clock } from '#renderer/format/dates.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import type { GridSort } from '#renderer/grid/columns.ts';
import { settingOf } from '#renderer/grid/gridViews.ts';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { isTransfersPlace } from '#renderer/screens/transfers/transferPlace.ts';
import { TransferApprovals } from '#renderer/screens/transfers/TransferApprovals.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { SegmentedControl, Tabs } from '#renderer/ui/Choice.tsx';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { ApprovalPanel } from './ApprovalPanel.tsx';
import { approvalColumns } from './approvalColumns.tsx';
import styles from './approvals.module.css';
import { KIND_WORDS, mayNotWords, type Verdict } from './approvalWords.ts';
import { VerdictDialog } from './VerdictDialog.tsx';

type Show = 'waiting' | 'decided' | 'transfers';
type ShowOrders = Exclude<Show, 'transfers'>;
/** With the counts of orders, as far as they are known. */
type TabsOf = (orders: Pick<OrderApprovals, 'waiting' | 'decided'> | undefined) => ReactNode;
type Chosen = ApprovalKind | 'all';
interface Deciding {
  readonly verdict: Verdict;
  /** Keys of the orders it is about. */
  readonly about: readonly string[];
}
const SHOWS = ['waiting', 'decided'] as const;
const KINDS: readonly Chosen[] = ['all', ...APPROVAL_KINDS];

/** Orders beyond their rules, and transfers between the sites. */
export default function ApprovalsScreen() {
  const { company } = useWorkplace();
  const [location] = useLocation();
  const [show, setShow] = useState<Show>(isTransfersPlace(location) ? 'transfers' : 'waiting');
  const moved = useAsk('transfers', { company_id: company.id });
  const named = (word: string, count: number | undefined): string =>
    count === undefined ? word : `${word} ${integer(count)}`;
  const tabs: TabsOf = (orders) => (
    <Tabs
      label="View"
      options={[
        { value: 'waiting', label: named('Waiting', orders?.waiting) },
        { value: 'decided', label: named('Decided', orders?.decided) },
        { value: 'transfers', label: named('Transfers', moved.data?.open) },
      ]}
      value={show}
      onChange={(next: Show) => setShow(next)}
    />
  );
  return show === 'transfers' ? (
    <TransferApprovals key={company.id} tabs={tabs(undefined)} />
  ) : (
    <OrderApprovalsView show={show} tabs={tabs} onShow={setShow} />
  );
}

function OrderApprovalsView({
  show,
  tabs,
  onShow,
}: {
  readonly show: ShowOrders;
  readonly tabs: TabsOf;
  readonly onShow: (show: ShowOrders) => void;
}) {
  const { company } = useWorkplace();
  const [kind, setKind] = useState<Chosen>('all');
  const [current, setCurrent] = useState<string | null>(null);
  const [panel, setPanel] = useState(true);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [deciding, setDeciding] = useState<Deciding | null>(null);
  const [sorts, setSorts] = useState<readonly GridSort[]>([]);
  const [filters, setFilters] = useState<readonly ColumnFilter[]>([]);
  const [shown, setShown] = useState<readonly ApprovalRow[] | null>(null);
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const args = useMemo(
    (): QueryInput<'orderApprovals'> => ({
      company_id: company.id,
      show,
      ...(kind === 'all' ? {} : { kind }),
      limit: 500,
    }),
    [company.id, show, kind],
  );
  const asked = useAsk('orderApprovals', args);
  const answer = asked.data;
  const rows = useMemo(() => answer?.rows ?? [], [answer]);
  // an order that a filter leaves out is not what a key acts on
  const inView = shown ?? rows;
  const row = inView.find((each) => each.key === current) ?? inView[0] ?? null;
  const as_of_ms = useAsOf(answer?.provenance);

  // what was decided or asked of elsewhere is not ticked any more
  useEffect(() => setTicked(new Set()), [company.id, show, kind]);
  const tick = useCallback(
    (key: string) =>
      setTicked((before) => {
        const after = new Set(before);
        if (!after.delete(key)) after.add(key);
        return after;
      }),
    [],
  );
  const chosen = useMemo(() => {
    const marked = rows.filter((each) => ticked.has(each.key));
    return marked.length > 0 ? marked : row === null ? [] : [row];
  }, [rows, ticked, row]);
  const decidable = chosen.filter(isDecidable);
  const decide = (verdict: Verdict, about: readonly ApprovalRow[]): void =>
    setDeciding({ verdict, about: about.map(({ key }) => key) });
  const latest = useRef({ decide, decidable });
  latest.current = { decide, decidable };
  // what was sent already has another state by now, and is not sent again
  const asking =
    deciding === null
      ? []
      : rows.filter((each) => deciding.about.includes(each.key) && (deciding.verdict === 'asked' || isDecidable(each)));
  const columns = useMemo(
    () => approvalColumns({ currency: company.currency, ticked, onTick: tick, decided: show === 'decided' }),
    [company.currency, ticked, tick, show],
  );

  const keys = useMemo<readonly KeyAction[]>(() => {
    const onDecidable = (verdict: Verdict) => () => latest.current.decide(verdict, latest.current.decidable);
    return [
      ...(show === 'waiting' && decidable.length > 0
        ? [
            { key: 'a', cap: 'A', word: 'approve', run: onDecidable('approved') },
            { key: 'r', cap: 'R', word: 'refuse', run: onDecidable('refused') },
          ]
        : []),
      ...(row === null
        ? []
        : [{ key: 'x', cap: 'X', word: 'tick', help: 'choose several for one decision', run: () => tick(row.key) }]),
      { key: '', cap: 'Space', word: 'working', help: 'show how the prices came to be' },
      { key: '', cap: '↵', word: 'working', quiet: true },
      ...(panel ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: () => setPanel(false), quiet: true }] : []),
    ];
  }, [show, decidable.length, row, tick, panel]);
  useKeys('Approvals', keys);

  const open = (each: ApprovalRow): void => {
    setCurrent(each.key);
    setPanel(true);
  };
  return (
    <ScreenFrame
      title="Approvals"
      subtitle={as_of_ms === null ? company.name : `${company.name}, as of ${clock(as_of_ms)}`}
      headerRight={tabs(answer)}
      tools={
        <>
          <SegmentedControl
            label="Kind"
            options={KINDS.filter((each) => each === 'all' || !answer?.not_for_you.includes(each)).map((value) => ({
              value,
              label: value === 'all' ? 'All' : KIND_WORDS[value].short,
            }))}
            value={kind}
            onChange={setKind}
          />
          {ticked.size > 0 ? (
            <>
              <span>{counted(ticked.size, 'order')} ticked</span>
              <Button disabled={decidable.length === 0} onClick={() => decide('approved', decidable)}>
                Approve {integer(decidable.length)}
              </Button>
              <Button disabled={decidable.length === 0} onClick={() => decide('refused', decidable)}>
                Refuse {integer(decidable.length)}
              </Button>
            </>
          ) : null}
          <GridTools<ApprovalRow>
            viewId="approvals"
            columns={columns}
            views={{
              screen: 'approvals',
              screenName: 'Approvals',
              state: { sort: sorts, filters, settings: { show, kind } },
              onApply: ({ sort, filters: kept, settings }) => {
                onShow(settingOf(settings, 'show', SHOWS) ?? 'waiting');
                setKind(settingOf(settings, 'kind', KINDS) ?? 'all');
                setSorts(sort);
                setFilters(kept);
              },
            }}
            files={{
              asked: {
                query: 'orderApprovals',
                args: { ...args },
                ...(shown === null ? {} : { keys: shown.map((each) => each.key) }),
              },
            }}
          />
        </>
      }
      facts={
        <SelectionFacts summary={summary}>
          {answer ? (
            <span>
              {shown !== null && shown.length < rows.length
                ? `${integer(shown.length)} of ${counted(answer.total_rows, 'order')}`
                : `${counted(answer.total_rows, 'order')} · ${overviewMoney(answer.beyond_minor, answer.currency)} beyond`}{' '}
              · {integer(answer.provenance.elapsed_ms)} ms
            </span>
          ) : null}
        </SelectionFacts>
      }
      panelLabel="Order"
      panel={
        panel && row && answer ? (
          <ApprovalPanel row={row} onVerdict={(verdict) => decide(verdict, [row])} onClose={() => setPanel(false)} />
        ) : null
      }
    >
      {answer ? (
        <>
          {answer.not_for_you.length > 0 || answer.still_loading.length > 0 ? <Unseen answer={answer} /> : null}
          <MemoryGrid<ApprovalRow>
            label="Orders to approve"
            viewId="approvals"
            columns={columns}
            rows={rows}
            sorts={sorts}
            onSorts={setSorts}
            sortsRows
            filters={filters}
            onFilters={setFilters}
            onShown={setShown}
            rowKey={(each) => each.key}
            currentKey={panel ? (row?.key ?? null) : null}
            onDrill={open}
            onWorking={open}
            onFocusRow={(each) => setCurrent(each.key)}
            onSelection={setSummary}
            partial={answer.total_rows > rows.length}
            overlay={
              rows.length === 0 ? (
                answer.still_loading.length > 0 ? (
                  <Empty
                    title="Nothing found in the data that is here so far"
                    text={`This machine is ${answer.provenance.coverage}. What needs a decision appears as it arrives.`}
                  />
                ) : show === 'waiting' ? (
                  <Empty
                    good
                    title="No order waits for a decision"
                    text="Orders beyond their rules appear here by themselves."
                  />
                ) : (
                  <Empty
                    title="Nothing is decided here yet"
                    text="Open orders that were allowed or refused stay here until they are delivered."
                  />
                )
              ) : null
            }
          />
        </>
      ) : asked.error ? (
        <ErrorState
          title="Approvals could not be read"
          text={errorMessage(asked.error)}
          onRetry={() => void asked.refetch()}
        />
      ) : (
        <LoadingRows rows={14} />
      )}
      {deciding ? (
        <VerdictDialog
          key={deciding.verdict}
          verdict={deciding.verdict}
          rows={asking}
          currency={company.currency}
          onClose={() => setDeciding(null)}
          onDone={() => {
            setDeciding(null);
            setTicked(new Set());
          }}
        />
      ) : null}
      {row && show === 'waiting' && row.may_not !== null ? (
        <p className={styles['note']}>{mayNotWords(row.may_not)}</p>
      ) : null}
    </ScreenFrame>
  );
}

function isDecidable(row: ApprovalRow): boolean {
  return row.may_decide && row.state === 'waiting';
}

function Unseen({ answer }: { readonly answer: OrderApprovals }) {
  const words = [
    ...answer.not_for_you.map((kind) => `${KIND_WORDS[kind].long} is for ${KIND_WORDS[kind].whose}`),
    ...answer.still_loading.map((kind) => `${KIND_WORDS[kind].long}: still loading`),
  ];
  return <p className={styles['note']}>{words.join(' · ')}</p>;
}
