/** Margin by channel (country, category …): the waterfall to GM3, rows by month, leakage, and the lines behind each. */
import { type ReactNode, useCallback, useState } from 'react';
import { monthSpan } from '#renderer/format/dates.ts';
import { Crumbs } from '#renderer/screens/figures/Crumbs.tsx';
import { trailFilter } from '#renderer/screens/figures/trail.ts';
import { periodWords } from '#renderer/screens/figures/periodWords.ts';
import { useFigures } from '#renderer/screens/figures/useFigures.ts';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Empty } from '#renderer/ui/States.tsx';
import { LeakageLines } from './LeakageLines.tsx';
import { MarginLines } from './MarginLines.tsx';
import { LeakageLinesOfAll, MarginLinesOfAll } from './linesOfAll.tsx';
import { MarginTable, type ShownPanel } from './MarginTable.tsx';
import { CAUSE_WORDS, causeOf, FIGURE_WORDS, type LineFigure, marginWords, type StepFigure } from './marginView.ts';

export default function MarginScreen() {
  const { scope, month } = useWorkplace();
  if (month === null) {
    return (
      <ScreenFrame title="Margin by channel" subtitle={scope.name}>
        <Empty
          title="No order lines yet"
          text={`${scope.name} ${scope.all ? 'have' : 'has'} no orders among yours. Figures appear with the first ones.`}
        />
      </ScreenFrame>
    );
  }
  return <Margin key={scope.key} month={month} />;
}

function Margin({ month }: { readonly month: number }) {
  const { scope } = useWorkplace();
  const figures = useFigures(marginWords(scope.all), month);
  const [panel, setPanel] = useState<ShownPanel>({ kind: 'leakage' });
  const { view, change, crumbs } = figures;
  const { lines, trail } = view;
  const back = useCallback(() => change({ lines: null }), [change]);
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
