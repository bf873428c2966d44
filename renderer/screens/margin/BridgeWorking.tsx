/** The working of one row of the bridge: what it was, each effect with what it says, and what it is. */
import type { BridgeEffect, BridgeStep } from '#domain/kpi/priceVolumeMix.ts';
import type { MarginBridge, PivotValues } from '#contract/queries.ts';
import { ConversionSection } from '#renderer/currency/ConversionNote.tsx';
import { ledgerAmount } from '#renderer/format/money.ts';
import { NO_DATA, signed } from '#renderer/format/numbers.ts';
import { ProvenanceSection } from '#renderer/screens/figures/Provenance.tsx';
import { DrillLink, Panel, PanelList, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import type { AgainstWords } from './against.ts';
import { bridgeValue, EFFECT_WORDS, meansOf } from './bridgeView.ts';
import { effectFigureOf, LEVEL_WORDS, type MarginFigure } from './marginView.ts';

export function BridgeWorking({
  title,
  span,
  values,
  step,
  effects,
  against,
  answer,
  onLines,
  onClose,
}: {
  readonly title: string;
  readonly span: string;
  readonly values: PivotValues;
  readonly step: BridgeStep;
  readonly effects: readonly (BridgeEffect | 'fx')[];
  readonly against: AgainstWords;
  readonly answer: MarginBridge;
  readonly onLines: (figure: MarginFigure) => void;
  readonly onClose: () => void;
}) {
  const { currency } = answer;
  const change = bridgeValue(values, 'change');
  const of_plan = against.kind === 'plan';
  return (
    <Panel title={title} aside={span} onClose={onClose}>
      <PanelSection title={`From ${against.sentence}`} aside={currency}>
        <PanelRow
          total
          label={`${LEVEL_WORDS[step]} then`}
          value={ledgerAmount(bridgeValue(values, 'before'), currency)}
        />
        {effects.map((effect) => {
          const amount = bridgeValue(values, effect);
          const said = amount === null ? NO_DATA : signed(ledgerAmount(amount, currency), amount);
          const figure = effectFigureOf(effect, against.kind);
          return (
            <PanelRow
              key={effect}
              label={EFFECT_WORDS[effect]}
              value={
                figure === null || amount === null || amount === 0 ? (
                  said
                ) : (
                  <DrillLink onClick={() => onLines(figure)}>{said}</DrillLink>
                )
              }
            />
          );
        })}
        <PanelRow
          total
          label={`${LEVEL_WORDS[step]} now`}
          note={change === null ? undefined : signed(ledgerAmount(change, currency), change)}
          value={ledgerAmount(bridgeValue(values, 'now'), currency)}
        />
        {change === null ? (
          <InlineMessage tone="quiet">
            {of_plan ? 'No plan of this row.' : `${LEVEL_WORDS[step]} is not known of every goods line here.`}
          </InlineMessage>
        ) : null}
      </PanelSection>
      <PanelSection title="What each says">
        <PanelList blocks>
          {effects.map((effect) => (
            <li key={effect}>
              <b>{EFFECT_WORDS[effect]}</b> {meansOf(effect, of_plan)}
            </li>
          ))}
        </PanelList>
      </PanelSection>
      <ConversionSection conversion={answer.conversion} currency={currency} />
      <ProvenanceSection provenance={answer.provenance} formula={answer.formula} />
    </Panel>
  );
}
