/** Every rate of one row in one period or over all, what is missing, and the lines behind it. */
import type { FillPivot } from '#contract/queries.ts';
import { ConversionSection } from '#renderer/currency/ConversionNote.tsx';
import { weekdayDate } from '#renderer/format/dates.ts';
import { ledgerMoney } from '#renderer/format/money.ts';
import { integer, percent } from '#renderer/format/numbers.ts';
import { ProvenanceSection } from '#renderer/screens/figures/Provenance.tsx';
import { DrillLink, Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import {
  askedOf,
  type FillFigure,
  type FillFiguresOf,
  type FillMeasure,
  MEASURE_MEANS,
  MEASURE_OPTIONS,
  measureWord,
} from './fillView.ts';
import styles from './fillrate.module.css';

export function FillWorking({
  title,
  span,
  figures,
  measure,
  answer,
  onLines,
  onClose,
}: {
  readonly title: string;
  readonly span: string;
  /** null: nothing of this row was due in that period. */
  readonly figures: FillFiguresOf | null;
  readonly measure: FillMeasure;
  readonly answer: FillPivot;
  /** Absent beside the lines themselves. */
  readonly onLines?: (figure: FillFigure) => void;
  readonly onClose: () => void;
}) {
  const { currency } = answer;
  const lines = (count: number, figure: FillFigure) =>
    onLines ? <DrillLink onClick={() => onLines(figure)}>{integer(count)}</DrillLink> : integer(count);
  return (
    <Panel title={title} aside={span} onClose={onClose}>
      {figures ? (
        <>
          <PanelSection title={`${measureWord(measure)} fill rate`}>
            <p className={styles['kpi']}>
              <b>{percent(figures[askedOf(measure)])}</b>
            </p>
            <p className={styles['means']}>{MEASURE_MEANS[measure]}</p>
          </PanelSection>
          <PanelSection title="Every rate">
            {MEASURE_OPTIONS.map((option) => (
              <PanelRow
                key={option.value}
                label={option.label}
                note={MEASURE_MEANS[option.value].split(' ÷ ')[1]}
                value={percent(figures[askedOf(option.value)])}
              />
            ))}
          </PanelSection>
          <PanelSection title="Value" aside={currency}>
            <PanelRow label="Due" value={ledgerMoney(figures.due_value, currency)} />
            <PanelRow total label="Missing at the cut-off" value={ledgerMoney(figures.missing_value, currency)} />
          </PanelSection>
          <PanelSection title="Lines">
            <PanelRow label="Incomplete" value={lines(figures.incomplete_lines ?? 0, 'incomplete')} />
            <PanelRow
              label="Complete"
              value={lines((figures.due_lines ?? 0) - (figures.incomplete_lines ?? 0), 'complete')}
            />
            <PanelRow total label="Due" value={lines(figures.due_lines ?? 0, 'due')} />
          </PanelSection>
        </>
      ) : (
        <PanelSection>
          <InlineMessage tone="quiet">Nothing was due in {span}: no data, which is not 100 %.</InlineMessage>
        </PanelSection>
      )}
      <PanelSection title="Due as of">
        <PanelRow label="Cut-offs passed before" value={weekdayDate(answer.as_of_date)} />
      </PanelSection>
      <ConversionSection conversion={answer.conversion} currency={currency} />
      <ProvenanceSection provenance={answer.provenance} formula={answer.formula} />
    </Panel>
  );
}
