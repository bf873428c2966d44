/** A scenario beside today, both of one moment: figures, what differs, week by week, what may still be promised. */
import { useCallback, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { minorDigits } from '#domain/money.ts';
import type { NamedAssumption, QueryInput, ScenarioCompare, ScenarioDifference } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useRun } from '#renderer/client/useContract.ts';
import { clock, shortDate } from '#renderer/format/dates.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, integer, quantity, signed } from '#renderer/format/numbers.ts';
import { BlockGrid } from '#renderer/grid/BlockGrid.tsx';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { useBlockQuery } from '#renderer/grid/useBlockQuery.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SegmentedControl, Tabs } from '#renderer/ui/Choice.tsx';
import { SearchField } from '#renderer/ui/Field.tsx';
import { Shape } from '#renderer/ui/Mark.tsx';
import { Empty, EmptyByFilter, ErrorState, InlineMessage } from '#renderer/ui/States.tsx';
import { AssumptionDialog } from './AssumptionDialog.tsx';
import type { Typed } from './typedAssumption.ts';
import { AssumptionsPanel } from './AssumptionsPanel.tsx';
import { differenceColumns } from './differenceColumns.tsx';
import styles from './scenarios.module.css';
import { differenceText, FIGURE_WORDS, figureText, isBetter } from './scenarioWords.ts';
import { SubmitDialog } from './SubmitDialog.tsx';
import { placeOf } from './differencePlace.ts';
import { typedOf } from './typedOf.ts';

const PARTS = [
  { value: 'all', label: 'All' },
  { value: 'lines', label: 'Order lines' },
  { value: 'proposals', label: 'Proposals' },
] as const;
type Part = (typeof PARTS)[number]['value'];
const VIEWS = [
  { value: 'differences', label: 'What differs' },
  { value: 'weeks', label: 'Week by week' },
  { value: 'promises', label: 'To promise' },
] as const;
type View = (typeof VIEWS)[number]['value'];

type Open =
  | { readonly what: 'assume'; readonly replaces: string | null; readonly first: Partial<Typed> }
  | { readonly what: 'submit' };

export function CompareView({ scenario_id, onClose }: { readonly scenario_id: string; readonly onClose: () => void }) {
  const { company } = useWorkplace();
  const [, navigate] = useLocation();
  const { data: detail, error, refetch } = useAsk('scenario', { scenario_id }, { keepPrevious: false });
  const saved_at_ms = detail?.saved_at_ms;
  const [view, setView] = useState<View>('differences');
  const [part, setPart] = useState<Part>('all');
  const [text, setText] = useState('');
  const [only, setOnly] = useState<string | null>(null);
  const [open, setOpen] = useState<Open | null>(null);
  const [panel, setPanel] = useState(true);
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const save = useRun('saveScenario');
  const textField = useRef<HTMLInputElement>(null);
  const args = useMemo(
    (): QueryInput<'scenarioCompare'> => ({
      scenario_id,
      ...(saved_at_ms === undefined ? {} : { saved_at_ms }),
      part,
      ...(only === null ? {} : { assumption_id: only }),
      ...(text.trim() === '' ? {} : { text: text.trim() }),
    }),
    [scenario_id, saved_at_ms, part, only, text],
  );
  const { result, as_of_ms, coverage, blocks } = useBlockQuery('scenarioCompare', args);
  const labels = useMemo(
    () => new Map((detail?.assumptions ?? []).map(({ assumption, label }) => [assumption.id, label])),
    [detail],
  );
  const columns = useMemo(
    () =>
      differenceColumns({
        currency: company.currency,
        labels,
        siteCodes: new Map(company.sites.map((site) => [site.id, site.code])),
      }),
    [company, labels],
  );
  const sent = detail !== undefined && detail.submitted_at_ms !== null;
  const add = useCallback(() => {
    if (!sent) setOpen({ what: 'assume', replaces: null, first: {} });
  }, [sent]);
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'open', help: 'open the place of what differs' },
      { key: 'a', cap: 'A', word: 'assume', everywhere: true, run: add },
      { key: 'f', cap: 'F', word: 'filter', run: () => textField.current?.focus() },
      { key: 'Backspace', cap: '⌫', word: 'all scenarios', run: onClose },
    ],
    [add, onClose],
  );
  useKeys('Scenario', keys);
  const drill = (row: ScenarioDifference): void => {
    navigate(placeOf(row));
  };
  const remove = (id: string): void => {
    if (detail === undefined) return;
    const assumptions = detail.assumptions.flatMap(({ assumption }) => (assumption.id === id ? [] : [assumption]));
    save.mutate({ id: detail.id, company_id: detail.company_id, name: detail.name, assumptions });
    if (only === id) setOnly(null);
  };
  const edit = (named: NamedAssumption): void =>
    setOpen({ what: 'assume', replaces: named.assumption.id, first: typedOf(named, minorDigits(company.currency)) });
  if (error) {
    return (
      <ScreenFrame
        title="Scenario"
        headerRight={
          <Button keyCap="⌫" onClick={onClose}>
            All scenarios
          </Button>
        }
      >
        <ErrorState title="The scenario could not be read" text={errorMessage(error)} onRetry={() => void refetch()} />
      </ScreenFrame>
    );
  }
  const filters = [
    ...(part === 'all'
      ? []
      : [{ name: PARTS.find(({ value }) => value === part)?.label ?? part, onRemove: () => setPart('all') }]),
    ...(only === null ? [] : [{ name: `Because of ${labels.get(only) ?? ''}`, onRemove: () => setOnly(null) }]),
    ...(text.trim() === '' ? [] : [{ name: `Contains ${text.trim()}`, onRemove: () => setText('') }]),
  ];
  return (
    <ScreenFrame
      title={detail?.name ?? 'Scenario'}
      subtitle={[
        as_of_ms === null ? '' : `today and scenario as of ${clock(as_of_ms)}`,
        coverage === 'complete' ? '' : coverage,
      ]
        .filter(Boolean)
        .join(' · ')}
      headerRight={<Tabs label="View" options={VIEWS} value={view} onChange={setView} />}
      figures={
        <>
          <div className={styles['band']} role="status">
            <Shape shape="warn" size={13} />
            <span>
              <strong>Scenario {detail?.name ?? ''}</strong>, not today’s figures. {standingWords(result)}
            </span>
            {panel ? null : <Button onClick={() => setPanel(true)}>Show the assumptions</Button>}
            <Button keyCap="⌫" onClick={onClose}>
              All scenarios
            </Button>
          </div>
          {save.error ? <InlineMessage tone="bad">{errorMessage(save.error)}</InlineMessage> : null}
          {result && !result.waiting ? <Figures result={result} /> : null}
        </>
      }
      tools={
        view === 'differences' ? (
          <>
            <SegmentedControl label="What" options={PARTS} value={part} onChange={setPart} />
            <SearchField
              ref={textField}
              label="Filter by item, order, customer or supplier"
              placeholder="Item, order, customer"
              value={text}
              onText={setText}
            />
            <GridTools<ScenarioDifference>
              viewId="scenario-differences"
              columns={columns}
              files={{ asked: { query: 'scenarioCompare', args: { ...args } } }}
            />
          </>
        ) : null
      }
      facts={
        <SelectionFacts summary={summary}>
          {result ? (
            <span>
              {counted(result.total_rows, 'difference')}
              {result.cut ? ', only those with the most money' : ''} · {integer(result.provenance.elapsed_ms)} ms
            </span>
          ) : null}
        </SelectionFacts>
      }
      panelLabel="Assumptions"
      panel={
        detail && panel ? (
          <AssumptionsPanel
            detail={detail}
            reached={result?.reached ?? {}}
            only={only}
            onOnly={setOnly}
            onAdd={add}
            onEdit={edit}
            onRemove={remove}
            onSubmit={() => setOpen({ what: 'submit' })}
            onClose={() => setPanel(false)}
          />
        ) : null
      }
    >
      {/* the differences stay asked for: the other views are of the same answer */}
      <div hidden={view !== 'differences'} style={{ display: view === 'differences' ? 'contents' : 'none' }}>
        <BlockGrid<ScenarioCompare, ScenarioDifference>
          label="What differs"
          viewId="scenario-differences"
          columns={columns}
          rowKey={(row) => row.key}
          {...blocks}
          onDrill={drill}
          onSelection={setSummary}
          empty={
            result?.waiting ? (
              <Empty
                title="Nothing is compared yet"
                text={`This machine is ${coverage}. Half of the rows would mislead.`}
              />
            ) : filters.length > 0 ? (
              <EmptyByFilter
                title={`Nothing that differs matches ${counted(filters.length, 'filter')}`}
                filters={filters}
                onClearAll={() => {
                  setPart('all');
                  setOnly(null);
                  setText('');
                }}
              />
            ) : (
              <Empty
                title="Nothing differs from today"
                text={
                  detail?.assumptions.length === 0
                    ? 'Assume something: A.'
                    : 'What is assumed changes no order line and no proposal.'
                }
              />
            )
          }
        />
      </div>
      {view === 'weeks' && result ? <Weeks result={result} /> : null}
      {view === 'promises' && result ? <Promises result={result} /> : null}
      {open?.what === 'assume' && detail ? (
        <AssumptionDialog
          scenario={{
            id: detail.id,
            name: detail.name,
            assumptions: detail.assumptions.map(({ assumption }) => assumption),
          }}
          replaces={open.replaces}
          first={open.first}
          onClose={() => setOpen(null)}
        />
      ) : null}
      {open?.what === 'submit' && detail ? <SubmitDialog detail={detail} onClose={() => setOpen(null)} /> : null}
    </ScreenFrame>
  );
}

function standingWords(result: ScenarioCompare | null): string {
  if (result === null) return 'Reckoning…';
  const left = result.left_out === 0 ? '' : `, ${integer(result.left_out)} left out`;
  return `${counted(result.counting, 'assumption')} reckoned${left}. Both sides are of the same moment.`;
}

function Figures({ result }: { readonly result: ScenarioCompare }) {
  const { currency, figures, cost_visible } = result;
  const shown = figures.filter(({ id }) => cost_visible || (id !== 'order_value' && id !== 'stock_value'));
  return (
    <dl className={styles['figures']} aria-label="Scenario beside today">
      {shown.map((figure) => {
        const { name, means } = FIGURE_WORDS[figure.id];
        const difference = differenceText(figure, currency);
        const worse = isBetter(figure) === false;
        return (
          <div key={figure.id} className={styles['figure']} title={means}>
            <dt>{name}</dt>
            <dd>
              {figureText(figure.scenario, figure, currency)}
              {difference === '' ? null : (
                <small className={worse ? styles['worse'] : undefined}>
                  {worse ? '▲ ' : ''}
                  {difference}
                </small>
              )}
            </dd>
            <dd className={styles['was']}>today {figureText(figure.today, figure, currency)}</dd>
          </div>
        );
      })}
    </dl>
  );
}

function Weeks({ result }: { readonly result: ScenarioCompare }) {
  const { weeks, currency, cost_visible } = result;
  return (
    <div className={styles['table']}>
      <p>
        Places where more is asked for by the week’s end than is there, when what is proposed is ordered and nothing
        more. An overdue receipt counts in the week in which it is expected again.
      </p>
      <table aria-label="Shortages by week">
        <thead>
          <tr>
            <th>Week from</th>
            <th>Places, today</th>
            <th>Scenario</th>
            <th>±</th>
            {cost_visible ? (
              <>
                <th>Missing at cost, today</th>
                <th>Scenario</th>
                <th>±</th>
              </>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {weeks.map(({ week_start_on, today, scenario }) => {
            const more = scenario.positions - today.positions;
            const worth = (scenario.short_minor ?? 0) - (today.short_minor ?? 0);
            return (
              <tr key={week_start_on}>
                <th scope="row">{shortDate(week_start_on)}</th>
                <td>{integer(today.positions)}</td>
                <td>{integer(scenario.positions)}</td>
                <td data-changed={more !== 0}>{more === 0 ? '' : signed(integer(more), more)}</td>
                {cost_visible ? (
                  <>
                    <td>{overviewMoney(today.short_minor, currency)}</td>
                    <td>{overviewMoney(scenario.short_minor, currency)}</td>
                    <td data-changed={worth !== 0}>
                      {worth === 0 ? '' : signed(overviewMoney(worth, currency), worth)}
                    </td>
                  </>
                ) : null}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Promises({ result }: { readonly result: ScenarioCompare }) {
  const { promises, promise_places, weeks } = result;
  if (promises.length === 0) {
    return (
      <Empty
        title="No place is named"
        text="What may still be promised is shown of the items and sites that receipts, orders and decisions of the scenario name."
      />
    );
  }
  return (
    <div className={styles['table']}>
      <p>
        Still to promise for a delivery in the week, by what is on order; today above, the scenario below. An overdue
        receipt counts in the week in which it is expected again.
        {promise_places > promises.length
          ? ` The first ${promises.length} of ${counted(promise_places, 'place')}.`
          : ''}
      </p>
      <table aria-label="Still to promise">
        <thead>
          <tr>
            <th>Item, site</th>
            <th>Of</th>
            {weeks.map(({ week_start_on }) => (
              <th key={week_start_on}>{shortDate(week_start_on)}</th>
            ))}
          </tr>
        </thead>
        {promises.map((place) => (
          <tbody key={`${place.item_id}:${place.site_id}`}>
            <tr>
              <th scope="rowgroup" rowSpan={2}>
                {place.item_code} {place.item}, {place.site}, {place.uom}
              </th>
              <td>today</td>
              {place.today_qty_milli.map((qty_milli, week) => (
                <td key={weeks[week]?.week_start_on ?? week}>{quantity(qty_milli)}</td>
              ))}
            </tr>
            <tr>
              <td>scenario</td>
              {place.scenario_qty_milli.map((qty_milli, week) => (
                <td key={weeks[week]?.week_start_on ?? week} data-changed={qty_milli !== place.today_qty_milli[week]}>
                  {quantity(qty_milli)}
                </td>
              ))}
            </tr>
          </tbody>
        ))}
      </table>
    </div>
  );
}
