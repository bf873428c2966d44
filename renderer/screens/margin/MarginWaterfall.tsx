/** The waterfall over everything in view: gross to net, and down to GM3 as far as the parts are known. */
import { useMemo } from 'react';
import type { Comparison } from '#contract/queries.ts';
import { Waterfall, waterfallUnit } from '#renderer/charts/Waterfall.tsx';
import type { Against, Span } from '#renderer/screens/figures/address.ts';
import styles from '#renderer/screens/figures/figures.module.css';
import type { MonthRange } from '#renderer/screens/figures/monthRange.ts';
import { SpanSwitch } from '#renderer/screens/figures/SpanSwitch.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { AgainstMenu } from './AgainstMenu.tsx';
import { type AgainstWords, comparisonWords } from './against.ts';
import {
  endSentence,
  FIGURE_OF_STEP,
  type LadderFigures,
  type Level,
  type MarginFigure,
  waterfallSteps,
} from './marginView.ts';

export function MarginWaterfall({
  figures,
  none,
  currency,
  cost_statement,
  span,
  spanWords,
  spanMonths,
  chosen,
  onAgainst,
  comparison,
  against,
  before,
  level,
  onSpan,
  onOpen,
}: {
  /** null: no order lines in the span. */
  readonly figures: LadderFigures | null;
  /** What is said then. */
  readonly none: string;
  readonly currency: string;
  readonly cost_statement: string;
  readonly span: Span;
  readonly spanWords: Readonly<Record<Span, string>>;
  readonly spanMonths: MonthRange;
  readonly chosen: Against | null;
  readonly onAgainst: (against: Against | null) => void;
  /** As it was answered; null = none asked for. */
  readonly comparison: Comparison | null;
  /** null = there is none, or it says why not. */
  readonly against: AgainstWords | null;
  readonly before: LadderFigures | null;
  readonly level: Level;
  readonly onSpan: (span: Span) => void;
  readonly onOpen: (figure: MarginFigure) => void;
}) {
  const steps = useMemo(() => (figures ? waterfallSteps(figures, before) : []), [figures, before]);
  const unit = waterfallUnit(figures?.gross_sales ?? 0, currency);
  const said = comparison ? comparisonWords(comparison, level) : null;
  const sentence = figures ? endSentence(cost_statement, figures) : null;
  return (
    <section className={styles['chart']} aria-label="Waterfall" data-print="chart">
      <header>
        <h2>Gross sales to {steps.at(-1)?.label.replace('Net', 'net') ?? 'GM3'}</h2>
        <span>
          {unit.words} and share of net sales · {spanWords[span]}
          {against ? ` · dashed: ${against.sentence}` : ''}
        </span>
        <div className={styles['beside']} data-print="none">
          <AgainstMenu against={chosen} months={spanMonths} onAgainst={onAgainst} />
          <SpanSwitch span={span} words={spanWords} onSpan={onSpan} />
        </div>
      </header>
      {figures ? (
        <Waterfall
          steps={steps}
          unit={unit}
          currency={currency}
          baseline_minor={figures.net_sales ?? 0}
          against={against?.sentence ?? null}
          onOpen={(id) => onOpen(FIGURE_OF_STEP[id] ?? 'net')}
        />
      ) : (
        <InlineMessage tone="quiet">{none}</InlineMessage>
      )}
      {sentence ? <InlineMessage tone="quiet">{sentence}</InlineMessage> : null}
      {said ? <InlineMessage tone="quiet">{said}</InlineMessage> : null}
    </section>
  );
}
