/** The frame of the lines behind a figure: the way down and back, what they are, their columns and files, their moment. */
import type { ReactNode } from 'react';
import type { Provenance } from '#contract/queries.ts';
import { useAsOf } from '#renderer/client/useContract.ts';
import { clock } from '#renderer/format/dates.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import type { ExportAsked } from '#renderer/grid/ExportMenu.tsx';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { type Crumb, Crumbs } from './Crumbs.tsx';
import { Coverage } from './Provenance.tsx';

export interface LinesFrameProps<Row> {
  readonly crumbs: readonly Crumb[];
  /** Of which company these are, when several have some. */
  readonly companies?: ReactNode;
  /** The button that leads back to the figures, or to the rates. */
  readonly backWord: string;
  readonly onBack: () => void;
  readonly headerRight: ReactNode;
  /** What these lines are, or which of them: between the way back and the columns. */
  readonly says: ReactNode;
  readonly viewId: string;
  readonly columns: readonly GridColumn<Row>[];
  readonly asked: ExportAsked;
  /** One of the rows: 'line'. */
  readonly word: string;
  readonly answer: { readonly total_lines: number; readonly provenance: Provenance } | null;
  /** Newer rows wait: these speak of their own moment. */
  readonly behind: boolean;
  readonly summary: RangeSummary | null;
  /** Opens the working; absent where there is none, or it is open. */
  readonly onWorking?: (() => void) | undefined;
  /** Opens the working of the line that has the focus; absent where there is none, or it is open. */
  readonly onLineWorking?: (() => void) | undefined;
  readonly panelLabel?: string;
  readonly panel?: ReactNode;
  readonly children: ReactNode;
}

export function LinesFrame<Row>({
  crumbs,
  companies,
  backWord,
  onBack,
  headerRight,
  says,
  viewId,
  columns,
  asked,
  word,
  answer,
  behind,
  summary,
  onWorking,
  onLineWorking,
  panelLabel,
  panel,
  children,
}: LinesFrameProps<Row>) {
  const as_of_ms = useAsOf(answer?.provenance, behind);
  return (
    <ScreenFrame
      title={<Crumbs crumbs={crumbs} />}
      headerRight={headerRight}
      tools={
        <>
          <Button onClick={onBack} keyCap="⌫">
            {backWord}
          </Button>
          {companies}
          {says}
          <GridTools<Row> viewId={viewId} columns={columns} files={{ label: 'Export lines', asked }}>
            {onLineWorking ? (
              <Button kind="plain" onClick={onLineWorking}>
                Working of the line
              </Button>
            ) : null}
            {onWorking ? (
              <Button kind="plain" onClick={onWorking}>
                Working
              </Button>
            ) : null}
          </GridTools>
        </>
      }
      {...(panelLabel === undefined ? {} : { panelLabel })}
      panel={panel}
      facts={
        <SelectionFacts summary={summary}>
          {answer ? (
            <span>
              {counted(answer.total_lines, word)} · {integer(answer.provenance.elapsed_ms)} ms
              {as_of_ms === null ? '' : ` · as of ${clock(as_of_ms)}`}
            </span>
          ) : null}
          {answer && answer.provenance.coverage !== 'complete' ? (
            <Coverage coverage={answer.provenance.coverage} />
          ) : null}
        </SelectionFacts>
      }
    >
      {children}
    </ScreenFrame>
  );
}
