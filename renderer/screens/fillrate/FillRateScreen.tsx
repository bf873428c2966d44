/** Fill rate: how much of what was due went out in time, by channel and period, down to the line that was short. */
import { useCallback } from 'react';
import { periodWords } from '#renderer/screens/figures/periodWords.ts';
import { useFigures } from '#renderer/screens/figures/useFigures.ts';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Empty } from '#renderer/ui/States.tsx';
import { FillLines } from './FillLines.tsx';
import { FillTable } from './FillTable.tsx';
import { FIGURE_WORDS, FILL_WORDS } from './fillView.ts';

export default function FillRateScreen() {
  const { company, month } = useWorkplace();
  if (month === null) {
    return (
      <ScreenFrame title="Fill rate" subtitle={company.name}>
        <Empty
          title="No order lines yet"
          text={`${company.name} has no orders among yours. The rate appears with the first lines that fall due.`}
        />
      </ScreenFrame>
    );
  }
  return <Fill key={company.id} month={month} />;
}

function Fill({ month }: { readonly month: number }) {
  const figures = useFigures(FILL_WORDS, month);
  const { view, change, crumbs } = figures;
  const { lines, trail } = view;
  const back = useCallback(() => change({ lines: null }), [change]);
  if (!lines) return <FillTable month={month} figures={figures} />;
  const { figure, from, to, days, rows } = lines;
  return (
    <FillLines
      figure={figure}
      from={from}
      to={to}
      days={days}
      way={[...trail, ...rows]}
      crumbs={[...crumbs, { label: `${FIGURE_WORDS[figure]}, ${periodWords(from, to, days)}` }]}
      onFigure={(next) => change({ lines: { ...lines, figure: next } }, { replace: true })}
      onBack={back}
    />
  );
}
