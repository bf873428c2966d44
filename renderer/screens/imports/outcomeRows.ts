/** An outcome as rows of a grid: one a changed field, so that before and after stand side by side. */
import { columnLabel, columnText, isFigureColumn } from '#domain/imports/engine/columnText.ts';
import { importKind } from '#domain/imports/kinds/kinds.ts';
import { minorDigits } from '#domain/money.ts';
import type { Value } from '#domain/imports/engine/field.ts';
import type { ChangedLine, FileImportOutcome } from '#contract/wire/fileImports.ts';
import { wrongFirst } from './waitingLines.ts';
import { MINUS } from '#renderer/format/numbers.ts';

export type OutcomeTab = 'created' | 'changed' | 'quarantined' | 'flagged';

export interface OutcomeRow {
  readonly key: string;
  /** null = a row the file does not name. */
  readonly line_number: number | null;
  readonly label: string;
  /** The line's first row shows its name; the others are quiet. */
  readonly first: boolean;
  readonly field: string;
  readonly before: string;
  readonly after: string;
  /** Of refused and flagged lines. */
  readonly text: string;
  readonly cells: string;
}

export function outcomeRows(outcome: FileImportOutcome, tab: OutcomeTab): OutcomeRow[] {
  const { currency } = outcome.company;
  if (tab === 'quarantined')
    return wrongFirst(outcome.quarantined, importKind(outcome.kind)).map((line, index) => ({
      ...EMPTY_ROW,
      key: `q${index}`,
      line_number: line.line_number,
      label: line.label,
      text: line.reason,
      cells: line.fields.join(' | '),
    }));
  if (tab === 'flagged') return outcome.flagged.map((line, index) => ({ ...EMPTY_ROW, ...line, key: `f${index}` }));
  return outcome[tab].flatMap((line, index) => changedRows(line, `${tab}${index}`, tab === 'created', currency));
}

const EMPTY_ROW: Omit<OutcomeRow, 'key' | 'line_number' | 'label'> = {
  first: true,
  field: '',
  before: '',
  after: '',
  text: '',
  cells: '',
};

function changedRows(
  { line_number, label, fields }: ChangedLine,
  key: string,
  isNew: boolean,
  currency: string,
): OutcomeRow[] {
  const shown = isNew ? fields.filter(({ after }) => after !== null) : fields;
  return shown.map(({ column, before, after }, index) => ({
    ...EMPTY_ROW,
    key: `${key}.${index}`,
    line_number,
    label,
    first: index === 0,
    field: sentenceCase(columnLabel(column)),
    before: isNew ? '' : shownValue(column, before, currency),
    after: shownValue(column, after, currency),
  }));
}

/** Figures grouped and with a true minus; nothing is cut. */
export function shownValue(column: string, value: Value, currency: string): string {
  const text = columnText(column, value, currency);
  if (text === null) return 'empty';
  if (!isFigureColumn(column)) return text;
  return groupedFigure(text, column.endsWith('_minor') ? minorDigits(currency) : 0);
}

/** '-1234.5' → '−1,234.50' with two places at least. */
export function groupedFigure(text: string, places: number): string {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const shown = fraction.padEnd(places, '0');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${text.startsWith('-') ? MINUS : ''}${grouped}${shown === '' ? '' : `.${shown}`}`;
}

function sentenceCase(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
