/** Margin by channel (country, category …): the waterfall to GM3, rows by month, leakage, and the lines behind each. */
import { useCallback, useState } from 'react';
import { monthSpan } from '#renderer/format/dates.ts';
import { periodWords } from '#renderer/screens/figures/periodWords.ts';
import { useFigures } from '#renderer/screens/figures/useFigures.ts';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Empty } from '#renderer/ui/States.tsx';
import { LeakageLines } from './LeakageLines.tsx';
import { MarginLines } from './MarginLines.tsx';
import { MarginTable, type ShownPanel } from './MarginTable.tsx';
import { CAUSE_WORDS, causeOf, FIGURE_WORDS, type LineFigure, MARGIN_WORDS, type StepFigure } from './marginView.ts';

export default function MarginScreen() {
  const { company, month } = useWorkplace();
  if (month === null) {
    return (
      <ScreenFrame title="Margin by channel" subtitle={company.name}>
        <Empty
          title="No order lines yet"
          text={`${company.name} has no orders among yours. Figures appear with the first ones.`}
        />
      </ScreenFrame>
    );
  }
  return <Margin key={company.id} month={month} />;
}

function Margin({ month }: { readonly month: number }) {
  const figures = useFigures(MARGIN_WORDS, month);
  const [panel, setPanel] = useState<ShownPanel>({ kind: 'leakage' });
  const { view, change, crumbs } = figures;
  const { lines, trail } = view;
  const back = useCallback(() => change({ lines: null }), [change]);
  if (!lines) return <MarginTable month={month} figures={figures} panel={panel} onPanel={setPanel} />;

  const { figure, from, to, days, rows } = lines;
  const cause = causeOf(figure);
  if (cause !== null) {
    const words = `${CAUSE_WORDS[cause]}, ${monthSpan(from, to)}`;
    return (
      <LeakageLines
        cause={cause}
        from={from}
        to={to}
        way={[...trail, ...rows]}
        crumbs={[...crumbs, { label: words }]}
        onBack={back}
      />
    );
  }
  const asked = figure as LineFigure | StepFigure;
  return (
    <MarginLines
      figure={asked}
      from={from}
      to={to}
      days={days}
      way={[...trail, ...rows]}
      crumbs={[...crumbs, { label: `${FIGURE_WORDS[asked]}, ${periodWords(from, to, days)}` }]}
      onBack={back}
    />
  );
}
