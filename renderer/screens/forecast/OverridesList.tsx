/** Every override of the company: where, by whom, why, until when, and whether it came nearer than the forecast. */
import { type ReactNode, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { ForecastOverrides, OverriddenForecast, OverridesBy } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useAsOf } from '#renderer/client/useContract.ts';
import { clock } from '#renderer/format/dates.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, integer, signed } from '#renderer/format/numbers.ts';
import type { GridSort } from '#renderer/grid/columns.ts';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { overrideColumns } from './overrideColumns.tsx';

const VIEW_ID = 'forecast-overrides';
const NO_ROWS: readonly OverriddenForecast[] = [];
const KEYS: readonly KeyAction[] = [
  { key: '', cap: '↵', word: 'chart and working' },
  { key: '', cap: 'Ctrl C', word: 'copy', help: 'copy the selected cells' },
];

export function OverridesList({ tabs }: { readonly tabs: ReactNode }) {
  const { company, session } = useWorkplace();
  const [, navigate] = useLocation();
  const [sorts, setSorts] = useState<readonly GridSort[]>([]);
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const [shown, setShown] = useState<readonly OverriddenForecast[] | null>(null);
  const asked = { company_id: company.id };
  const { data: answer, error, refetch } = useAsk('forecastOverrides', asked);
  const as_of_ms = useAsOf(answer?.provenance);
  const cost_visible = answer?.cost_visible ?? session.may.see_cost;
  const columns = useMemo(() => overrideColumns(company.currency, cost_visible), [company.currency, cost_visible]);
  const show = (row: OverriddenForecast): void => navigate(`/forecast/${row.item_id}/${row.site_id}`);
  useKeys('Overrides', KEYS);
  const rows = answer?.rows ?? NO_ROWS;
  return (
    <ScreenFrame
      title="Forecast"
      subtitle={answer ? subtitleOf(answer, as_of_ms) : ''}
      headerRight={tabs}
      tools={
        <GridTools<OverriddenForecast>
          viewId={VIEW_ID}
          columns={columns}
          files={{
            asked: { query: 'forecastOverrides', args: asked, keys: (shown ?? rows).map((row) => row.id) },
          }}
        />
      }
      facts={
        <SelectionFacts summary={summary}>
          {answer ? <span>{answer.by.map((each) => byWords(each, answer.currency)).join(' · ')}</span> : null}
        </SelectionFacts>
      }
    >
      <MemoryGrid<OverriddenForecast>
        label="Overrides"
        viewId={VIEW_ID}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        sorts={sorts}
        onSorts={setSorts}
        sortsRows
        onShown={setShown}
        onDrill={show}
        onWorking={show}
        onSelection={setSummary}
        overlay={
          answer === undefined ? (
            error ? (
              <ErrorState
                title="The overrides could not be read"
                text={errorMessage(error)}
                onRetry={() => void refetch()}
              />
            ) : (
              <LoadingRows
                rows={8}
                says="Comparing what planners said with what came: the demand of every item is read, which takes some seconds the first time."
              />
            )
          ) : rows.length > 0 ? null : (
            <Empty
              title="Nobody has overridden a forecast"
              text="E on an item under Forecasts puts a figure of one’s own in its place."
            />
          )
        }
      />
    </ScreenFrame>
  );
}

function subtitleOf({ rows, total_rows, provenance }: ForecastOverrides, as_of_ms: number | null): string {
  const over = rows.filter((row) => row.better_qty_milli !== null);
  return [
    counted(total_rows, 'override'),
    rows.length < total_rows ? `the newest ${integer(rows.length)} shown` : '',
    `${integer(over.length)} with months that are over`,
    as_of_ms === null ? '' : `as of ${clock(as_of_ms)}`,
    provenance.coverage === 'complete' ? '' : provenance.coverage,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** 'planner 2, 1 helped, +€1,204' */
function byWords({ author, overrides, over, helped, hurt, better_minor }: OverridesBy, currency: string): string {
  return [
    `${author} ${integer(overrides)}`,
    over === 0 ? 'none over yet' : `${integer(helped)} helped, ${integer(hurt)} hurt`,
    better_minor === null ? '' : signed(overviewMoney(better_minor, currency), better_minor),
  ]
    .filter(Boolean)
    .join(', ');
}
