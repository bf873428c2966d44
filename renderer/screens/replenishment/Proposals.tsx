/** The grid of proposals with its keys: tick, accept, change, reject, take back, and the working beside it. */
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import { REPLENISHMENT_FILTER_COLUMNS, REPLENISHMENT_SORTS } from '#contract/queries/columns.ts';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import type { QueryInput, Replenishment, ReplenishmentLine, ReplenishmentRow } from '#contract/queries.ts';
import { useClient } from '#renderer/client/useContract.ts';
import { clock } from '#renderer/format/dates.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import { BlockGrid } from '#renderer/grid/BlockGrid.tsx';
import type { GridTree } from '#renderer/grid/cells.tsx';
import { filtersByName } from '#renderer/grid/columnFilterWords.ts';
import type { GridSort } from '#renderer/grid/columns.ts';
import { askedFilters, askedSorts, settingOf } from '#renderer/grid/gridViews.ts';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import type { Pasted } from '#renderer/grid/pastedColumn.ts';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { useBlockQuery } from '#renderer/grid/useBlockQuery.ts';
import { useGivingWay } from '#renderer/grid/useGivingWay.ts';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { SearchField } from '#renderer/ui/Field.tsx';
import { Empty, EmptyByFilter, InlineMessage } from '#renderer/ui/States.tsx';
import { type ArrivedAt, forecastsWords, useArrived } from './arriving.ts';
import { ChangeDialog, RejectDialog } from './DecisionDialogs.tsx';
import type { LineWish, Standing, Wish } from './decisionRows.ts';
import { QuantitiesDialog, type TypedLine } from './QuantitiesDialog.tsx';
import { wishOf } from './quantityWords.ts';
import { useProposalFilters } from './ProposalFilters.tsx';
import { GIVING_WAY, proposalColumns, TOTAL_KEY } from './proposalColumns.tsx';
import styles from './replenishment.module.css';
import { useDeciding } from './useDeciding.ts';
import { useProposalKeys } from './useProposalKeys.ts';
import { WorkingPanel } from './WorkingPanel.tsx';

export type Grouping = 'supplier' | 'site' | 'category';
const GROUPING_IDS = ['supplier', 'site', 'category'] as const;
const GROUPINGS = [
  { value: 'supplier', label: 'Supplier', header: 'Supplier › item' },
  { value: 'site', label: 'Site', header: 'Site › item' },
  { value: 'category', label: 'Category', header: 'Category › item' },
] as const;
/** Lines of a group that are ticked together at the most. */
const MOST_TICKED = 2000;

interface Asking {
  readonly kind: 'change' | 'reject' | 'many';
  readonly lines: readonly ReplenishmentLine[];
  readonly pasted?: readonly TypedLine[];
}

export function Proposals({
  arrived,
  standing,
  may_plan,
  tabs,
}: {
  readonly arrived: ArrivedAt | null;
  readonly standing: Standing;
  readonly may_plan: boolean;
  readonly tabs: ReactNode;
}) {
  const { session, company } = useWorkplace();
  const client = useClient();
  const [group_by, setGrouping] = useState<Grouping>('supplier');
  const [folded, setFolded] = useState<readonly string[]>([]);
  const [sorts, setSorts] = useState<readonly GridSort[]>([]);
  const [columnFilters, setColumnFilters] = useState<readonly ColumnFilter[]>([]);
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const [ticked, setTicked] = useState<ReadonlyMap<string, ReplenishmentLine>>(new Map());
  const [at, setAt] = useState<ReplenishmentRow | null>(null);
  const [panel, setPanel] = useState<ReplenishmentLine | null>(null);
  const [dialog, setDialog] = useState<Asking | null>(null);
  const textField = useRef<HTMLInputElement>(null);
  const filters = useProposalFilters(company, session.user_name, arrived);

  const args = useMemo(
    (): QueryInput<'replenishment'> => ({
      company_id: company.id,
      group_by,
      folded: [...folded],
      ...filters.args,
      sort: askedSorts(REPLENISHMENT_SORTS, sorts),
      filters: askedFilters(REPLENISHMENT_FILTER_COLUMNS, columnFilters),
    }),
    [company.id, group_by, folded, filters.args, sorts, columnFilters],
  );
  const { result, as_of_ms, coverage, blocks } = useBlockQuery('replenishment', args, 'folded');
  useArrived(arrived, result, setPanel);
  const as_of_on = result?.as_of_on ?? null;
  const deciding = useDeciding(company.id, as_of_on, standing);
  const tree = useMemo<GridTree<ReplenishmentRow>>(
    () => ({
      level: (row) => row.level,
      foldable: (row) => row.kind === 'group',
      open: (row) => row.kind === 'group' && !row.folded,
      onFold: (row, unfold) => setFolded((now) => (unfold ? now.filter((key) => key !== row.key) : [...now, row.key])),
    }),
    [],
  );

  const tick = useCallback((line: ReplenishmentLine) => {
    setTicked((now) => {
      const next = new Map(now);
      if (!next.delete(line.key)) next.set(line.key, line);
      return next;
    });
  }, []);
  /** All undecided lines of a group, or none of them if all are ticked. */
  const tickGroup = useCallback(
    async (group: ReplenishmentRow) => {
      if (group.kind !== 'group') return;
      const lines: ReplenishmentLine[] = [];
      const folds = [...folded].filter((key) => key !== group.key);
      // pages of one edition: of two, a line between them would stand in both or in none
      let edition: string | undefined;
      for (let offset = 0, inside = false; lines.length < MOST_TICKED; offset += 500) {
        const page = { offset, limit: 500, ...(edition === undefined ? {} : { edition }) };
        const answer = await client.call('replenishment', { ...args, folded: folds, ...page });
        edition = answer.edition;
        let past = false;
        for (const row of answer.rows) {
          if (row.kind === 'group') {
            past = inside;
            inside = row.key === group.key;
            if (past) break;
          } else if (inside && !standing.has(row.key)) lines.push(row);
        }
        if (past || answer.rows.length < 500) break;
      }
      setTicked((now) => {
        const next = new Map(now);
        const all = lines.every((line) => next.has(line.key));
        for (const line of lines) {
          if (all) next.delete(line.key);
          else next.set(line.key, line);
        }
        return next;
      });
    },
    [client, args, folded, standing],
  );
  const onWorking = useCallback(
    (row: ReplenishmentRow) => {
      if (!may_plan) {
        if (row.kind !== 'group') setPanel(row);
      } else if (row.kind === 'group') void tickGroup(row);
      else tick(row);
    },
    [may_plan, tick, tickGroup],
  );

  const { decide, undo } = deciding;
  const doWishes = useCallback(
    async (wishes: readonly LineWish[]) => {
      const made = await decide(wishes);
      if (made.length === 0) return;
      const keys = new Set(made.map(({ line }) => line.key));
      if (made.length === wishes.length) setDialog(null);
      setTicked((now) => new Map([...now].filter(([key]) => !keys.has(key))));
    },
    [decide],
  );
  const decideAll = useCallback(
    async (lines: readonly ReplenishmentLine[], wish: Wish) => await doWishes(lines.map((line) => ({ line, wish }))),
    [doWishes],
  );
  const onType = useCallback(
    (row: ReplenishmentLine, text: string, reason: string) => {
      const wish = wishOf(row, text, reason, company.currency);
      if (wish !== null) void doWishes([{ line: row, wish }]);
    },
    [doWishes, company.currency],
  );
  const onPaste = useCallback((pasted: readonly Pasted<ReplenishmentRow>[]) => {
    const typed = pasted.flatMap(({ row, text }) => (row.kind === 'group' ? [] : [{ line: row, text }]));
    if (typed.length > 0) setDialog({ kind: 'many', lines: typed.map(({ line }) => line), pasted: typed });
  }, []);
  const onDrill = useCallback(
    (row: ReplenishmentRow) => {
      if (row.kind === 'group') tree.onFold(row, row.folded);
      else if (may_plan && !standing.has(row.key)) void decideAll([row], { verdict: 'accepted' });
      else setPanel(row);
    },
    [tree, may_plan, standing, decideAll],
  );
  const line = at !== null && at.kind !== 'group' ? at : null;
  const open = useCallback((kind: Asking['kind'], lines: readonly ReplenishmentLine[]) => {
    if (lines.length > 0) setDialog({ kind, lines });
  }, []);
  const acceptTicked = useCallback(() => {
    void decideAll(
      [...ticked.values()].filter((each) => !standing.has(each.key)),
      { verdict: 'accepted' },
    );
  }, [decideAll, ticked, standing]);

  useProposalKeys({
    may_plan,
    line,
    standing,
    panel,
    setPanel,
    ticked,
    open,
    acceptTicked,
    doDecide: decideAll,
    undo: () => void undo(),
    focusFilter: () => textField.current?.focus(),
    nextGrouping: () => {
      const now = GROUPINGS.findIndex((each) => each.value === group_by);
      setGrouping(GROUPINGS[(now + 1) % GROUPINGS.length]?.value ?? 'supplier');
      setFolded([]);
    },
  });
  const header = GROUPINGS.find((each) => each.value === group_by)?.header ?? 'Item';
  const { currency } = company;
  const cost_visible = result?.cost_visible ?? session.may.see_cost;
  const allColumns = useMemo(
    () =>
      proposalColumns({
        header,
        currency,
        cost_visible,
        as_of_on,
        standing,
        ticked,
        onTick: may_plan ? tick : null,
        onType,
      }),
    [header, currency, cost_visible, as_of_on, standing, ticked, may_plan, tick, onType],
  );
  const { columns, onWidth } = useGivingWay('replenishment', allColumns, GIVING_WAY);
  const totals = useMemo<ReplenishmentRow | undefined>(
    () =>
      result
        ? {
            kind: 'group',
            level: 0,
            key: TOTAL_KEY,
            label: 'In view',
            folded: false,
            supplier_id: null,
            site_id: null,
            lead_time_days: null,
            ...result.totals,
          }
        : undefined,
    [result],
  );
  const onFocusRow = useCallback((row: ReplenishmentRow) => {
    setAt(row);
    // the panel follows the focus
    setPanel((now) => (now !== null && row.kind !== 'group' ? row : now));
  }, []);
  const active = [...filters.active, ...filtersByName(columns, columnFilters, setColumnFilters)];
  return (
    <ScreenFrame
      title="Replenishment"
      subtitle={[
        result ? counted(result.all.lines, 'proposal') : '',
        result && result.all.value_minor !== null ? overviewMoney(result.all.value_minor, currency) : '',
        as_of_ms === null ? '' : `as of ${clock(as_of_ms)}`,
        result ? forecastsWords(result) : '',
        coverage === 'complete' ? '' : coverage,
      ]
        .filter(Boolean)
        .join(', ')}
      headerRight={
        <>
          {ticked.size > 0 && may_plan ? (
            <Button kind="solid" keyCap="⇧ ↵" disabled={deciding.busy} onClick={acceptTicked}>
              Accept {integer(ticked.size)} ticked
            </Button>
          ) : null}
          {tabs}
        </>
      }
      tools={
        <>
          <SegmentedControl
            label="Group by"
            options={GROUPINGS}
            value={group_by}
            onChange={(value) => {
              setGrouping(value);
              setFolded([]);
            }}
          />
          <SearchField
            ref={textField}
            label="Filter by item code or name"
            placeholder="Item code or name"
            value={filters.text}
            onText={filters.setText}
          />
          {filters.chips(as_of_on)}
          <GridTools<ReplenishmentRow>
            viewId="replenishment"
            columns={columns}
            views={{
              screen: 'replenishment',
              screenName: 'Replenishment',
              // who was sent to an item finds it, whatever view they keep
              opens: arrived === null,
              state: { sort: sorts, filters: columnFilters, settings: { group_by, ...filters.settings } },
              onApply: ({ sort, filters: kept, settings }) => {
                setGrouping(settingOf(settings, 'group_by', GROUPING_IDS) ?? 'supplier');
                setFolded([]);
                filters.apply(settings);
                setSorts(sort);
                setColumnFilters(kept);
              },
            }}
            files={{
              asked: { query: 'replenishment', args: { ...args } },
              more: [
                {
                  label: 'Every proposal, groups unfolded',
                  asked: { query: 'replenishment', args: { company_id: company.id, group_by } },
                },
              ],
            }}
          />
        </>
      }
      facts={
        <SelectionFacts summary={summary}>
          {result ? (
            <span>
              {integer(result.totals.lines)} of {counted(result.all.lines, 'proposal')} in view ·{' '}
              {counted(result.positions_checked, 'position')} checked, {(result.took_ms / 1000).toFixed(1)} s
            </span>
          ) : null}
        </SelectionFacts>
      }
      panelLabel="Working"
      panel={
        panel ? (
          <WorkingPanel
            line={panel}
            standing={standing.get(panel.key)}
            company_id={company.id}
            may_plan={may_plan}
            onAccept={() => void decideAll([panel], { verdict: 'accepted' })}
            onChange={() => open('change', [panel])}
            onReject={() => open('reject', [panel])}
            onWithdraw={() => void decideAll([panel], { verdict: 'withdrawn' })}
            onClose={() => setPanel(null)}
          />
        ) : null
      }
    >
      <div className={styles['body']}>
        {deciding.problem && dialog === null ? (
          <div className={styles['problem']}>
            <InlineMessage tone="bad">{deciding.problem}</InlineMessage>
            <Button kind="plain" onClick={deciding.forget}>
              Close
            </Button>
          </div>
        ) : null}
        <BlockGrid<Replenishment, ReplenishmentRow>
          label="Proposals"
          viewId="replenishment"
          columns={columns}
          rowKey={(row) => row.key}
          rowTone={(row) => (row.kind === 'group' ? 'group' : undefined)}
          tree={tree}
          sorts={sorts}
          onSorts={setSorts}
          filters={columnFilters}
          onFilters={setColumnFilters}
          totals={totals}
          onWidth={onWidth}
          currentKey={panel?.key ?? null}
          arriveAt={arrived === null ? null : (row) => row.kind !== 'group' && row.code === arrived.code}
          {...blocks}
          onDrill={onDrill}
          onTogether={acceptTicked}
          onWorking={onWorking}
          onFocusRow={onFocusRow}
          onSelection={setSummary}
          {...(may_plan ? { onPaste } : {})}
          empty={
            active.length > 0 ? (
              <EmptyByFilter
                title={`No proposals match ${counted(active.length, 'filter')}`}
                filters={active}
                onClearAll={() => {
                  filters.clearAll();
                  setColumnFilters([]);
                }}
              />
            ) : result?.waiting ? (
              <Empty title="Proposals wait for the rows they are made of" text={coverage} />
            ) : (
              <Empty good title="Nothing has to be ordered" text="Every position lies above its reorder point." />
            )
          }
        />
      </div>
      {dialog?.kind === 'change' && dialog.lines[0] ? (
        <ChangeDialog
          line={dialog.lines[0]}
          standing={standing.get(dialog.lines[0].key)}
          currency={currency}
          busy={deciding.busy}
          problem={deciding.problem}
          onDecide={(wish) => void decideAll(dialog.lines, wish)}
          onClose={() => {
            deciding.forget();
            setDialog(null);
          }}
        />
      ) : null}
      {dialog?.kind === 'many' ? (
        <QuantitiesDialog
          lines={dialog.lines}
          {...(dialog.pasted ? { pasted: dialog.pasted } : {})}
          currency={currency}
          busy={deciding.busy}
          problem={deciding.problem}
          onDecide={(wishes) => void doWishes(wishes)}
          onClose={() => setDialog(null)}
        />
      ) : null}
      {dialog?.kind === 'reject' ? (
        <RejectDialog
          lines={dialog.lines}
          busy={deciding.busy}
          problem={deciding.problem}
          onDecide={(wish) => void decideAll(dialog.lines, wish)}
          onClose={() => {
            deciding.forget();
            setDialog(null);
          }}
        />
      ) : null}
    </ScreenFrame>
  );
}
