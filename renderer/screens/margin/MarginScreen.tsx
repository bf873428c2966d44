/** Margin by channel (country, category …): the waterfall to GM3, rows by month, leakage, and the lines behind each. */
import { type ReactNode, useCallback, useState } from 'react';
import { useLocation } from 'wouter';
import { monthSpan, monthYear } from '#renderer/format/dates.ts';
import { Crumbs } from '#renderer/screens/figures/Crumbs.tsx';
import { trailFilter } from '#renderer/screens/figures/trail.ts';
import { NoMonth } from '#renderer/screens/figures/NoMonth.tsx';
import { periodWords } from '#renderer/screens/figures/periodWords.ts';
import { useFigures } from '#renderer/screens/figures/useFigures.ts';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { BridgeLines } from './BridgeLines.tsx';
import { BridgeTable } from './BridgeTable.tsx';
import { EFFECT_WORDS, effectOf, isBridge, stepOf } from './bridgeView.ts';
import { ErosionLines } from './ErosionLines.tsx';
import { askedFalls, EROSION_FIGURE, erosionKey } from './erosionView.ts';
import { LeakageLines } from './LeakageLines.tsx';
import { MarginLines } from './MarginLines.tsx';
import { BridgeLinesOfAll, LeakageLinesOfAll, MarginLinesOfAll } from './linesOfAll.tsx';
import { TieLines } from './TieLines.tsx';
import { TIE_WORDS, tieOf } from './tieView.ts';
import { MarginTable } from './MarginTable.tsx';
import type { ShownPanel } from './shownPanel.ts';
import { CAUSE_WORDS, causeOf, FIGURE_WORDS, type LineFigure, marginWords, type StepFigure } from './marginView.ts';

/** Below it twelve months and a panel do not stand side by side, and the months come first. */
const BESIDE_PX = 1360;

export default function MarginScreen() {
  const { scope, month } = useWorkplace();
  if (month === null) {
    return (
      <ScreenFrame title="Margin by channel" subtitle={scope.name}>
        <NoMonth then="Figures appear with the first ones." />
      </ScreenFrame>
    );
  }
  return <Margin key={scope.key} month={month} />;
}

function Margin({ month }: { readonly month: number }) {
  const { scope } = useWorkplace();
  const [location] = useLocation();
  const figures = useFigures(marginWords(scope.all), month);
  const [panel, setPanel] = useState<ShownPanel>(() => {
    const falls = askedFalls(location);
    if (falls !== undefined) return { kind: 'erosion', month: falls };
    return window.innerWidth < BESIDE_PX ? null : { kind: 'leakage' };
  });
  const { view, change, crumbs } = figures;
  const { lines, trail } = view;
  const back = useCallback(() => change({ lines: null }), [change]);
  const shown = view.measure;
  if (!lines && isBridge(shown)) return <BridgeTable month={month} figures={figures} shown={shown} />;
  if (!lines) return <MarginTable month={month} figures={figures} panel={panel} onPanel={setPanel} />;

  const { figure, from, to, days, rows } = lines;
  const cause = causeOf(figure);
  if (cause !== null) {
    const words = `${CAUSE_WORDS[cause]}, ${monthSpan(from, to)}`;
    const leakCrumbs = [...crumbs, { label: words }];
    const leakWay = [...trail, ...rows];
    const leaksOf = (companies?: ReactNode) => (
      <LeakageLines
        cause={cause}
        from={from}
        to={to}
        way={leakWay}
        crumbs={leakCrumbs}
        companies={companies}
        onBack={back}
      />
    );
    if (!scope.all) return leaksOf();
    return (
      <LeakageLinesOfAll cause={cause} from={from} to={to} way={leakWay} title={<Crumbs crumbs={leakCrumbs} />}>
        {leaksOf}
      </LeakageLinesOfAll>
    );
  }
  const fall = figure === EROSION_FIGURE ? erosionKey(rows) : null;
  if (fall !== null) {
    const fallCrumbs = [...crumbs, { label: `Unusual fall, ${monthYear(to)}` }];
    return <ErosionLines month={to} fall={fall} crumbs={fallCrumbs} onBack={back} />;
  }
  const component = tieOf(figure);
  if (component !== null) {
    const tieCrumbs = [...crumbs, { label: `${TIE_WORDS[component]} and the ledger, ${monthSpan(from, to)}` }];
    return <TieLines component={component} month={to} crumbs={tieCrumbs} onBack={back} />;
  }
  const effect = effectOf(figure);
  if (effect !== null) {
    const against = view.against === 'last_year' ? 'last_year' : 'previous';
    const bridgeWay = [...trail, ...rows];
    const step = isBridge(shown) ? stepOf(shown) : 'gm3';
    const bridgeCrumbs = [...crumbs, { label: `${EFFECT_WORDS[effect]}, ${monthSpan(from, to)}` }];
    const effectLines = (companies?: ReactNode) => (
      <BridgeLines
        effect={effect}
        step={step}
        against={against}
        from={from}
        to={to}
        way={bridgeWay}
        crumbs={bridgeCrumbs}
        companies={companies}
        onBack={back}
      />
    );
    if (!scope.all) return effectLines();
    return (
      <BridgeLinesOfAll
        asked={{ from_month: from, to_month: to, against, step, ...trailFilter(bridgeWay) }}
        effect={effect}
        way={bridgeWay}
        title={<Crumbs crumbs={bridgeCrumbs} />}
      >
        {effectLines}
      </BridgeLinesOfAll>
    );
  }
  const asked = figure as LineFigure | StepFigure;
  const way = [...trail, ...rows];
  const words = `${FIGURE_WORDS[asked]}, ${periodWords(from, to, days)}`;
  const linesOf = (companies?: ReactNode) => (
    <MarginLines
      figure={asked}
      from={from}
      to={to}
      days={days}
      way={way}
      crumbs={[...crumbs, { label: words }]}
      companies={companies}
      onBack={back}
    />
  );
  if (!scope.all) return linesOf();
  return (
    <MarginLinesOfAll
      about={{ from_month: from, to_month: to, ...days, ...trailFilter(way) }}
      figure={asked}
      way={way}
      title={<Crumbs crumbs={[...crumbs, { label: words }]} />}
    >
      {linesOf}
    </MarginLinesOfAll>
  );
}
