/** The columns every figure grid has: its rows' names, the periods, the trend. */
import { NO_DATA } from '#renderer/format/numbers.ts';
import { CellName } from '#renderer/grid/cellParts.tsx';
import type { Figure, GridColumn } from '#renderer/grid/columns.ts';
import { Sparkline } from '#renderer/grid/Sparkline.tsx';
import { ChannelMark, channelColour } from '#renderer/ui/Mark.tsx';
import { widthFor } from './columnWidth.ts';
import type { FigureColumn, FigureRow } from './pivotRows.ts';
import { DIMENSION_WORDS, type Dimension } from './trail.ts';

/** 'Channel › category' */
export function groupHeader(by: Dimension, below: Dimension | null): string {
  const word = DIMENSION_WORDS[by].one;
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}${below === null ? '' : ` › ${DIMENSION_WORDS[below].one}`}`;
}

export function labelColumn(header: string, width: number): GridColumn<FigureRow> {
  return {
    id: 'label',
    header,
    width,
    sort: 'label',
    text: (row) => row.label,
    cell: (row) => (
      <>
        {row.channel_kind !== null && row.kind !== 'total' ? <ChannelMark kind={row.channel_kind} /> : null}
        <CellName title={row.label}>{row.label}</CellName>
      </>
    ),
  };
}

/** How the measure of the periods reads. */
export interface PeriodFigures {
  /** 'GM3 %' */
  readonly word: string;
  readonly width: number;
  readonly text: (value: number | null) => string;
  /** Absent for rates: they are never added up. */
  readonly figure?: (value: number) => Figure;
  /** Below zero is bad. */
  readonly signed: boolean;
  readonly at: number;
  readonly lockedFor?: string;
}

export function periodColumns(
  columns: readonly FigureColumn[],
  current: number,
  measure: PeriodFigures,
): readonly GridColumn<FigureRow>[] {
  const { figure } = measure;
  return columns.map((column, index): GridColumn<FigureRow> => {
    const value = (row: FigureRow): number | null => row.cells[index]?.[measure.at] ?? null;
    return {
      id: column.id,
      header: column.header,
      help: `${measure.word}, ${column.words}`,
      width: widthFor([column.header], measure.width),
      align: 'right',
      sort: column.id,
      tinted: index === current,
      text: (row) => measure.text(value(row)),
      tone: (row) => (measure.signed && (value(row) ?? 0) < 0 ? 'bad' : index === current ? 'strong' : undefined),
      ...(figure
        ? {
            figure: (row: FigureRow) => {
              const known = value(row);
              return known === null ? null : figure(known);
            },
          }
        : {}),
      ...(measure.lockedFor === undefined ? {} : { lockedFor: measure.lockedFor }),
    };
  });
}

export function trendColumn(columns: readonly FigureColumn[], measure: PeriodFigures): GridColumn<FigureRow> {
  const values = (row: FigureRow): readonly (number | null)[] =>
    columns.map((_, index) => row.cells[index]?.[measure.at] ?? null);
  return {
    id: 'trend',
    onPaper: false,
    header: 'Trend',
    width: 74,
    text: (row) => (measure.lockedFor ? NO_DATA : values(row).map(measure.text).join(' ')),
    cell: (row) =>
      measure.lockedFor ? null : (
        <Sparkline
          values={values(row)}
          label={`${measure.word} of ${row.label} over ${columns.length} periods`}
          {...(row.channel_kind === null || row.kind === 'total' ? {} : { colour: channelColour(row.channel_kind) })}
        />
      ),
  };
}
