/** The tool row and the foot of a figure screen: what both say and offer beside their own measures. */
import type { ReactNode } from 'react';
import type { Pivot } from '#contract/queries.ts';
import { ConversionNote } from '#renderer/currency/ConversionNote.tsx';
import { clock } from '#renderer/format/dates.ts';
import { integer } from '#renderer/format/numbers.ts';
import { ColumnChooser } from '#renderer/grid/ColumnChooser.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { type ExportAsked, ExportMenu } from '#renderer/grid/ExportMenu.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import styles from './figures.module.css';
import { GroupingMenus } from './GroupingMenus.tsx';
import type { FigureRow } from './pivotRows.ts';
import { Coverage } from './Provenance.tsx';
import { RangeMenu } from './RangeMenu.tsx';
import type { Dimension } from './trail.ts';
import type { Figures } from './useFigures.ts';

export function FigureTools<G extends Dimension, M extends string, F extends string>({
  figures: { view, change, choice, below, belows },
  groups,
  month,
  viewId,
  columns,
  asked,
  answered,
  children,
}: {
  readonly figures: Figures<G, M, F>;
  readonly groups: readonly G[];
  readonly month: number;
  readonly viewId: string;
  readonly columns: readonly GridColumn<FigureRow>[];
  readonly asked: ExportAsked;
  /** Rows that are not here yet cannot leave. */
  readonly answered: boolean;
  /** The screen's own measures. */
  readonly children: ReactNode;
}) {
  const { scope } = useWorkplace();
  return (
    <div className={styles['tools']}>
      {children}
      <RangeMenu
        range={choice}
        month={month}
        months={scope.months}
        yearStart={scope.year_start_month}
        onChange={(value) => change({ range: value }, { replace: true })}
      />
      <GroupingMenus
        groups={groups}
        by={view.by}
        below={below}
        belows={belows}
        onBy={(value) => change({ by: value, below: null }, { replace: true })}
        onBelow={(value) => change({ below: value }, { replace: true })}
      />
      <span className={styles['toolsRight']}>
        <ColumnChooser viewId={viewId} columns={columns} />
        <ExportMenu<FigureRow> grid={{ viewId, columns }} asked={asked} disabled={!answered} />
      </span>
    </div>
  );
}

export function FigureFacts({
  summary,
  answer,
  counts,
}: {
  readonly summary: RangeSummary | null;
  readonly answer: Pick<Pivot, 'provenance' | 'conversion' | 'currency'> | undefined;
  /** What is counted: '12,480 order lines'; '' = nothing. */
  readonly counts: string;
}) {
  if (!answer) return <SelectionFacts summary={summary} />;
  const { provenance, conversion, currency } = answer;
  return (
    <SelectionFacts summary={summary}>
      {provenance.coverage === 'complete' ? null : <Coverage coverage={provenance.coverage} />}
      <ConversionNote conversion={conversion} currency={currency} />
      <span>
        {counts === '' ? '' : `${counts} · `}
        {integer(provenance.elapsed_ms)} ms
        {provenance.as_of_ms === null ? '' : ` · as of ${clock(provenance.as_of_ms)}`}
      </span>
    </SelectionFacts>
  );
}
