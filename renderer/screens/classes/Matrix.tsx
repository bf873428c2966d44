/** The matrix: value down, evenness across, new and obsolete beside it. A place chosen lists its items; arrows move between them. */
import type { KeyboardEvent } from 'react';
import type { ClassCell } from '#contract/queries.ts';
import type { MatrixCell } from '#domain/planning/classMatrix.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, integer, NO_DATA, percent, scaled } from '#renderer/format/numbers.ts';
import { Shape } from '#renderer/ui/Mark.tsx';
import styles from './classes.module.css';
import { ABC_WORDS, CELL_WORDS, XYZ_WORDS } from './classWords.ts';

const ROWS = ['A', 'B', 'C'] as const;
const COLUMNS = ['X', 'Y', 'Z'] as const;
/** As they stand: the last column is beside the matrix. */
const GRID: readonly (readonly (MatrixCell | null)[])[] = [
  ['AX', 'AY', 'AZ', 'new'],
  ['BX', 'BY', 'BZ', 'obsolete'],
  ['CX', 'CY', 'CZ', null],
];

export function Matrix({
  cells,
  currency,
  cost_visible,
  chosen,
  onChoose,
}: {
  readonly cells: readonly ClassCell[];
  readonly currency: string;
  readonly cost_visible: boolean;
  readonly chosen: MatrixCell | null;
  readonly onChoose: (cell: MatrixCell | null) => void;
}) {
  const byCell = new Map(cells.map((each) => [each.cell, each]));
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const step = STEPS[event.key];
    const from = event.target instanceof HTMLElement ? event.target.dataset['cell'] : undefined;
    if (step === undefined || from === undefined) return;
    const row = GRID.findIndex((each) => each.some((cell) => cell === from));
    const column = GRID[row]?.findIndex((cell) => cell === from) ?? 0;
    const next = GRID[row + step[0]]?.[column + step[1]];
    if (!next) return;
    event.preventDefault();
    event.currentTarget.querySelector<HTMLElement>(`[data-cell="${next}"]`)?.focus();
  };
  const place = (cell: MatrixCell) => (
    <Place
      key={cell}
      cell={cell}
      facts={byCell.get(cell)}
      currency={currency}
      cost_visible={cost_visible}
      chosen={chosen === cell}
      onChoose={() => onChoose(chosen === cell ? null : cell)}
    />
  );
  return (
    <section className={styles['matrix']} aria-label="Classes" onKeyDown={onKeyDown}>
      <span className={styles['corner']}>Value ↓ · demand →</span>
      {COLUMNS.map((column) => (
        <span key={column} className={styles['head']}>
          <b>{column}</b> {XYZ_WORDS[column]}
        </span>
      ))}
      <span className={styles['head']}>Apart</span>
      {ROWS.map((row, at) => [
        <span key={row} className={styles['side']}>
          <b>{row}</b>
          <small>{ABC_WORDS[row]}</small>
        </span>,
        ...(GRID[at] ?? []).map((cell, column) => (cell === null ? <span key={column} /> : place(cell))),
      ])}
    </section>
  );
}

const STEPS: Readonly<Record<string, readonly [number, number] | undefined>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function Place({
  cell,
  facts,
  currency,
  cost_visible,
  chosen,
  onChoose,
}: {
  readonly cell: MatrixCell;
  readonly facts: ClassCell | undefined;
  readonly currency: string;
  readonly cost_visible: boolean;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}) {
  if (!facts) return <span className={styles['place']} />;
  const { service_bp, target_bp } = facts;
  // a few positions with a target say little of how all of them are to be served
  const speaks = facts.with_target * 2 >= facts.policies;
  const below = speaks && service_bp !== null && target_bp !== null && service_bp < target_bp;
  const rows: readonly (readonly [string, string])[] =
    facts.items === 0
      ? []
      : [
          ['Sold', `${overviewMoney(facts.value_minor, currency)} · ${percent(facts.share_bp)}`],
          ...(cost_visible
            ? ([
                ['Stock', overviewMoney(facts.stock_value_minor, currency)],
                ['Turns', facts.turns_milli === null ? NO_DATA : scaled(facts.turns_milli, 3, 1)],
              ] as const)
            : []),
        ];
  return (
    <button
      type="button"
      data-cell={cell}
      className={styles['place']}
      aria-pressed={chosen}
      aria-label={`${CELL_WORDS[cell]}, ${counted(facts.items, 'item')}`}
      onClick={onChoose}
    >
      <span className={styles['name']}>
        <b>{CELL_WORDS[cell]}</b> {counted(facts.items, 'item')}
      </span>
      {rows.map(([label, value]) => (
        <span key={label} className={styles['fact']}>
          <span>{label}</span>
          <span>{value}</span>
        </span>
      ))}
      {facts.items === 0 ? null : (
        <span className={styles['fact']}>
          <span>Served</span>
          <span className={below ? styles['below'] : undefined}>
            {below ? <Shape shape="bad" /> : null} {service_bp === null ? 'nothing asked for' : percent(service_bp)}
            {target_bp === null ? ', no target' : `, target ${percent(target_bp)}`}
            {target_bp === null || speaks ? null : ` for ${integer(facts.with_target)} of ${integer(facts.policies)}`}
          </span>
        </span>
      )}
    </button>
  );
}
