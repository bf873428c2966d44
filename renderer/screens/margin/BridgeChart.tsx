/** The effects as a waterfall from nothing to the change: on an axis of whole margins they would be too small to see. */
import { useMemo } from 'react';
import type { BridgeEffect, BridgeStep } from '#domain/kpi/priceVolumeMix.ts';
import type { MarginBridge } from '#contract/queries.ts';
import { Waterfall, waterfallUnit } from '#renderer/charts/Waterfall.tsx';
import { ledgerMoney } from '#renderer/format/money.ts';
import type { Against, Span } from '#renderer/screens/figures/address.ts';
import styles from '#renderer/screens/figures/figures.module.css';
import type { MonthRange } from '#renderer/screens/figures/monthRange.ts';
import { SpanSwitch } from '#renderer/screens/figures/SpanSwitch.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { AgainstMenu } from './AgainstMenu.tsx';
import { type AgainstWords, comparisonWords } from './against.ts';
import { bridgeSteps, bridgeValue } from './bridgeView.ts';
import { LEVEL_WORDS } from './marginView.ts';

export function BridgeChart({
  answer,
  step,
  effects,
  against,
  chosen,
  months,
  span,
  spanWords,
  onAgainst,
  onSpan,
  onOpen,
}: {
  readonly answer: MarginBridge;
  readonly step: BridgeStep;
  readonly effects: readonly (BridgeEffect | 'fx')[];
  readonly against: AgainstWords;
  readonly chosen: Against;
  readonly months: MonthRange;
  readonly span: Span;
  readonly spanWords: Readonly<Record<Span, string>>;
  readonly onAgainst: (against: Against | null) => void;
  readonly onSpan: (span: Span) => void;
  readonly onOpen: (id: string) => void;
}) {
  const { total, currency, comparison } = answer;
  const steps = useMemo(() => bridgeSteps(total, effects), [total, effects]);
  const before = bridgeValue(total, 'before');
  const now = bridgeValue(total, 'now');
  const largest = Math.max(0, ...(steps ?? []).map(({ value_minor }) => Math.abs(value_minor)));
  const unit = waterfallUnit(largest, currency);
  const words = LEVEL_WORDS[step];
  const said = comparisonWords(comparison, step);
  const unknown =
    steps === null && comparison.reason === null
      ? `${words} is not known of every goods line in ${now === null ? 'the months in view' : against.sentence}, so its change is not told.`
      : null;
  return (
    <section className={styles['chart']} aria-label="Bridge" data-print="chart">
      <header>
        <h2>
          {words} {ledgerMoney(before, currency)} to {ledgerMoney(now, currency)}
        </h2>
        <span>
          {unit.words} and share of {words} before · {spanWords[span]} against {against.sentence}
        </span>
        <div className={styles['beside']} data-print="none">
          <AgainstMenu against={chosen} months={months} onAgainst={onAgainst} always />
          <SpanSwitch span={span} words={spanWords} onSpan={onSpan} />
        </div>
      </header>
      {steps ? (
        <Waterfall
          steps={steps}
          unit={unit}
          currency={currency}
          baseline_minor={Math.max(0, before ?? 0)}
          baselineWords={`${words} before`}
          onOpen={onOpen}
        />
      ) : null}
      {steps && chosen === 'plan' ? (
        <InlineMessage tone="quiet">
          The plan has no quantities, prices or costs: what they did is together in the margin rate.
        </InlineMessage>
      ) : null}
      {unknown ? <InlineMessage tone="quiet">{unknown}</InlineMessage> : null}
      {said ? <InlineMessage tone="quiet">{said}</InlineMessage> : null}
    </section>
  );
}
