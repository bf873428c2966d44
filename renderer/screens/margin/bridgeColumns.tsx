/** Columns of the bridge: what a row was, how it changed, and what of that each effect is; the largest is heavier. */
import { minorDigits } from '#domain/money.ts';
import type { BridgeEffect, BridgeMeasure, BridgeStep } from '#domain/kpi/priceVolumeMix.ts';
import { currencySymbol, overviewAmount } from '#renderer/format/money.ts';
import { signed } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { widthFor } from '#renderer/screens/figures/columnWidth.ts';
import { labelColumn } from '#renderer/screens/figures/figureGrid.tsx';
import type { FigureRow } from '#renderer/screens/figures/pivotRows.ts';
import type { AgainstWords } from './against.ts';
import { bridgeValue, EFFECT_WORDS, largestEffect, meansOf } from './bridgeView.ts';
import { LEVEL_WORDS } from './marginView.ts';

export function bridgeColumns({
  groupWord,
  labelWidth_px,
  step,
  effects,
  against,
  rows,
  currency,
  mixed,
}: {
  readonly groupWord: string;
  readonly labelWidth_px: number;
  readonly step: BridgeStep;
  readonly effects: readonly (BridgeEffect | 'fx')[];
  readonly against: AgainstWords;
  readonly rows: readonly FigureRow[];
  readonly currency: string;
  readonly mixed: boolean;
}): readonly GridColumn<FigureRow>[] {
  const symbol = mixed ? currency : currencySymbol(currency);
  const places = minorDigits(currency);
  const missing = against.kind === 'plan' ? 'no plan' : '–';
  const largest = new Map(rows.map((row) => [row.key, largestEffect(row.total, effects)]));
  const amount = (
    measure: BridgeMeasure,
    header: string,
    help: string,
    isChange: boolean,
    more: Partial<GridColumn<FigureRow>> = {},
  ): GridColumn<FigureRow> => {
    const value = (row: FigureRow): number | null => bridgeValue(row.total, measure);
    const text = (row: FigureRow): string => {
      const found = value(row);
      if (found === null) return missing;
      const said = overviewAmount(found, currency);
      return isChange && said !== '0' ? signed(said, found) : said;
    };
    return {
      id: measure,
      header,
      help,
      width: widthFor([header, ...rows.map(text)]),
      align: 'right',
      sort: measure,
      text,
      figure: (row) => {
        const found = value(row);
        return found === null ? null : { value: found, places, unit: currency };
      },
      ...more,
    };
  };
  const words = LEVEL_WORDS[step];
  return [
    labelColumn(groupWord, labelWidth_px),
    amount('before', `${words} ${against.short}, ${symbol}`, `${words} of ${against.sentence}`, false, {
      tone: () => 'quiet',
    }),
    amount('now', `${words} now, ${symbol}`, `${words} of the months in view`, false, { hidden: true }),
    amount('change', `Change, ${symbol}`, `${words} less that of ${against.sentence}: the effects add up to it`, true, {
      tone: () => 'strong',
    }),
    ...effects.map((effect) =>
      amount(
        effect,
        EFFECT_WORDS[effect],
        `${EFFECT_WORDS[effect]}: ${meansOf(effect, against.kind === 'plan')}`,
        true,
        {
          tone: (row) => (largest.get(row.key) === effect ? 'strong' : undefined),
        },
      ),
    ),
  ];
}
