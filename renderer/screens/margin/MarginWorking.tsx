/** The working behind one row, in one month or over all: how gross becomes net and net becomes GM1, each with its lines. */
import type { MarginByChannel, MarginFigures } from '#contract/queries.ts';
import { ledgerAmount } from '#renderer/format/money.ts';
import { integer, NO_DATA, percent } from '#renderer/format/numbers.ts';
import { ProvenanceSection } from '#renderer/screens/figures/Provenance.tsx';
import { DrillLink, Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { costSentence, type LineFigure } from './marginView.ts';

export function MarginWorking({
  title,
  span,
  figures,
  answer,
  onLines,
  onClose,
}: {
  readonly title: string;
  /** 'October 2026', 'Jan–Oct 2026' */
  readonly span: string;
  /** null: this row has no lines in that month. */
  readonly figures: MarginFigures | null;
  readonly answer: MarginByChannel;
  /** null where the row stands for many and has no lines of its own. */
  readonly onLines: ((figure: LineFigure) => void) | null;
  readonly onClose: () => void;
}) {
  const { currency } = answer;
  const amount = (value_minor: number | null, figure: LineFigure) =>
    value_minor === null || !onLines ? (
      ledgerAmount(value_minor, currency)
    ) : (
      <DrillLink onClick={() => onLines(figure)}>{ledgerAmount(value_minor, currency)}</DrillLink>
    );
  const sentence = figures ? costSentence(answer.cost_statement, figures) : null;
  return (
    <Panel title={title} aside={span} onClose={onClose}>
      {figures ? (
        <PanelSection title="From gross to GM1" aside={currency}>
          <PanelRow label="Gross sales" note="goods" value={amount(figures.gross_minor, 'gross')} />
          <PanelRow label="Discounts" value={amount(figures.discounts_minor, 'discounts')} />
          <PanelRow label="Returns, credits" value={amount(figures.returns_minor, 'returns')} />
          <PanelRow total label="Net sales" value={amount(figures.net_minor, 'net')} />
          {figures.cost_minor === null ? null : (
            <PanelRow
              label="Landed cost"
              note={figures.gm1_minor === null ? 'where known' : undefined}
              value={ledgerAmount(-figures.cost_minor, currency)}
            />
          )}
          <PanelRow
            total
            label="GM1"
            note={percent(figures.gm1_bp)}
            value={figures.gm1_minor === null ? NO_DATA : ledgerAmount(figures.gm1_minor, currency)}
          />
        </PanelSection>
      ) : (
        <PanelSection>
          <InlineMessage tone="quiet">No order lines in this month.</InlineMessage>
        </PanelSection>
      )}
      {figures ? (
        <PanelSection title="Beside net sales">
          <PanelRow label="Freight, fees, adjustments" value={amount(figures.other_minor, 'other')} />
          <PanelRow
            total
            label="All order lines"
            note={`${integer(figures.lines)} lines`}
            value={amount(figures.net_minor + figures.other_minor, 'all')}
          />
        </PanelSection>
      ) : null}
      <PanelSection title="Cost">
        {answer.cost_visible && figures ? (
          <PanelRow
            label="Net sales with a cost"
            value={
              onLines && figures.cost_coverage_bp !== null && figures.cost_coverage_bp < 10_000 ? (
                <DrillLink onClick={() => onLines('no_cost')}>
                  {percent(figures.cost_coverage_bp)}, lines without
                </DrillLink>
              ) : (
                percent(figures.cost_coverage_bp)
              )
            }
          />
        ) : null}
        {sentence ? <InlineMessage tone="quiet">{sentence}</InlineMessage> : null}
      </PanelSection>
      <ProvenanceSection provenance={answer.provenance} formula={answer.formula} />
    </Panel>
  );
}
