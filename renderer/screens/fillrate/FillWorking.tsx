/** Numerator and denominator of every measure for one row, in one month or over all, each with its lines. */
import type { FillFigures, FillRate } from '#contract/queries.ts';
import { weekdayDate } from '#renderer/format/dates.ts';
import { integer, percent } from '#renderer/format/numbers.ts';
import { ProvenanceSection } from '#renderer/screens/figures/Provenance.tsx';
import { DrillLink, Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import {
  FILL_MEASURE_OPTIONS,
  type FillFigure,
  type FillMeasure,
  MEASURE_PARTS,
  partText,
  shortfall,
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
  /** null: nothing of this row was due in that month. */
  readonly figures: FillFigures | null;
  readonly measure: FillMeasure;
  readonly answer: FillRate;
  readonly onLines: (figure: FillFigure) => void;
  readonly onClose: () => void;
}) {
  const { currency } = answer;
  const parts = MEASURE_PARTS[measure];
  const word = FILL_MEASURE_OPTIONS.find((option) => option.value === measure)?.label ?? '';
  return (
    <Panel title={title} aside={span} onClose={onClose}>
      {figures ? (
        <>
          <PanelSection title={`${word} fill rate`}>
            <p className={styles['kpi']}>
              <b>{percent(figures[measure].value_bp)}</b>
              {figures[measure].value_bp === null ? <span>no data: nothing was due</span> : null}
            </p>
            <PanelRow label={parts.top} value={partText(measure, figures[measure].numerator, currency)} />
            <PanelRow label={parts.bottom} value={partText(measure, figures[measure].denominator, currency)} />
            <PanelRow total label="Short" value={partText(measure, shortfall(figures[measure]), currency)} />
            {measure === 'unit' ? (
              <InlineMessage tone="quiet">Units of different kinds are added up as they are.</InlineMessage>
            ) : null}
          </PanelSection>
          <PanelSection title="Every measure">
            {FILL_MEASURE_OPTIONS.map((option) => (
              <PanelRow
                key={option.value}
                label={option.label}
                note={`${partText(option.value, figures[option.value].numerator, currency)} of ${partText(option.value, figures[option.value].denominator, currency)}`}
                value={percent(figures[option.value].value_bp)}
              />
            ))}
          </PanelSection>
          <PanelSection title="Lines">
            <PanelRow
              label="Incomplete"
              value={<DrillLink onClick={() => onLines('incomplete')}>{integer(shortfall(figures.line))}</DrillLink>}
            />
            <PanelRow
              label="Complete"
              value={<DrillLink onClick={() => onLines('complete')}>{integer(figures.line.numerator)}</DrillLink>}
            />
            <PanelRow
              total
              label="Due"
              value={<DrillLink onClick={() => onLines('due')}>{integer(figures.line.denominator)}</DrillLink>}
            />
          </PanelSection>
        </>
      ) : (
        <PanelSection>
          <InlineMessage tone="quiet">Nothing was due in this month: no data, which is not 100 %.</InlineMessage>
        </PanelSection>
      )}
      <PanelSection title="Due as of">
        <PanelRow label="Cut-offs passed before" value={weekdayDate(answer.as_of_date)} />
      </PanelSection>
      <ProvenanceSection provenance={answer.provenance} formula={answer.formula} />
    </Panel>
  );
}
