/** The waterfall over all rows in view, and beside it what a picture cannot say: coverage, what lies outside net sales. */
import type { MarginByChannel } from '#contract/queries.ts';
import { Waterfall, waterfallUnit } from '#renderer/charts/Waterfall.tsx';
import { ledgerMoney, overviewMoney } from '#renderer/format/money.ts';
import { integer, NO_DATA, percent } from '#renderer/format/numbers.ts';
import styles from '#renderer/screens/figures/figures.module.css';
import { DrillLink } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { costSentence, type LineFigure, waterfallSteps } from './marginView.ts';

/** What a bar's lines are: the cost and the margin are seen beside the lines of net sales. */
const FIGURE_OF_STEP: Readonly<Record<string, LineFigure>> = {
  gross: 'gross',
  discounts: 'discounts',
  returns: 'returns',
  net: 'net',
  cost: 'net',
  gm1: 'net',
};

export function MarginWaterfall({
  answer,
  span,
  onOpen,
}: {
  readonly answer: MarginByChannel;
  readonly span: string;
  readonly onOpen: (figure: LineFigure) => void;
}) {
  const { total, currency } = answer;
  const unit = waterfallUnit(total.gross_minor, currency);
  const sentence = costSentence(answer.cost_statement, total);
  const steps = waterfallSteps(total);
  return (
    <section className={styles['chart']} aria-label="Waterfall" data-print="chart">
      <header>
        <h2>Gross sales to {steps.at(-1)?.id === 'gm1' ? 'GM1' : 'net sales'}</h2>
        <span>
          {unit.words} and share of net sales · {span}
        </span>
      </header>
      <div className={styles['beside']}>
        <Waterfall
          steps={steps}
          unit={unit}
          currency={currency}
          baseline_minor={total.net_minor}
          onOpen={(id) => onOpen(FIGURE_OF_STEP[id] ?? 'net')}
        />
        <div className={styles['statement']}>
          <dl>
            <dt>Net sales</dt>
            <dd>{ledgerMoney(total.net_minor, currency)}</dd>
            <dt>Freight, fees, adjustments</dt>
            <dd>
              <DrillLink onClick={() => onOpen('other')}>{ledgerMoney(total.other_minor, currency)}</DrillLink>
            </dd>
            <dt>All {integer(total.lines)} order lines</dt>
            <dd className={styles['total']}>
              <DrillLink onClick={() => onOpen('all')}>
                {ledgerMoney(total.net_minor + total.other_minor, currency)}
              </DrillLink>
            </dd>
            <dt>GM1</dt>
            <dd>
              {total.gm1_minor === null
                ? NO_DATA
                : `${overviewMoney(total.gm1_minor, currency)}, ${percent(total.gm1_bp)}`}
            </dd>
          </dl>
          {sentence ? (
            <InlineMessage tone="quiet">{sentence}</InlineMessage>
          ) : (
            <p>Cost is {answer.cost_statement}: every goods line has one.</p>
          )}
        </div>
      </div>
    </section>
  );
}
