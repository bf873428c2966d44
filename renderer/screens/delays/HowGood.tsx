/** How good the judgement is: what it said beside what came, and the plain rates it has to beat. */
import type { DelayRiskModel, DelayScores, DelaySpan } from '#contract/queries.ts';
import { LineChart } from '#renderer/charts/LineChart.tsx';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { integer, percent } from '#renderer/format/numbers.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { betterBy, FAMILY_NAMES, JUDGE_NAMES, oddsText, scoreText, verdict } from './delayWords.ts';
import styles from './delays.module.css';

/** Scrolls by itself, so it takes the focus: the keyboard could not scroll it otherwise (WCAG 2.1.1). */
const SCROLLS = { tabIndex: 0 } as const;

/** The grid had the focus and is gone: keys go on here. */
function takeFocus(section: HTMLElement | null): void {
  if (section !== null && document.activeElement === document.body) section.focus();
}

export function HowGood() {
  const { company } = useWorkplace();
  const { data, error, refetch } = useAsk('delayRiskModel', { company_id: company.id });
  if (!data) {
    return error ? (
      <ErrorState title="This could not be read" text={errorMessage(error)} onRetry={() => void refetch()} />
    ) : (
      <LoadingRows rows={12} />
    );
  }
  if (data.missing.length > 0) {
    return <Empty title="Nothing is learned while data is loading" text={`${data.missing.join('. ')}.`} />;
  }
  const { evaluation } = data;
  if (evaluation === null) return <Empty title="Too little history to learn from" text={verdict(data).join(' ')} />;
  const [model] = evaluation.contenders;
  return (
    <section
      ref={takeFocus}
      className={styles['good']}
      aria-label="How good it is"
      data-print="said"
      data-keys=""
      {...SCROLLS}
    >
      {verdict(data).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <h2>What it said, and what came</h2>
      <p className={styles['quiet']}>
        Lines of the test by what was said of them, a tenth in each group. The nearer the two lines, the more a number
        can be taken at its word.
      </p>
      {model ? <Reliability scores={model} /> : null}
      <h2>Beside plain rates</h2>
      <Contenders data={data} contenders={evaluation.contenders} />
      <p className={styles['quiet']}>
        Brier score: mean squared distance from what came. Log loss punishes being sure and wrong. Area under the curve:
        how often a late line was held likelier late than one in time; 0.5 is chance.
      </p>
      <h2>What it was learned from</h2>
      <Spans data={data} evaluation={evaluation} />
      <p className={styles['quiet']}>
        Lines as they stood on every sixth day while they were open, each seen only by what was known before that day
        {data.one_order_in > 1 ? `; one order in ${integer(data.one_order_in)} was looked at` : ''}.
      </p>
      <h2>What makes the difference</h2>
      <div className={styles['beside']}>
        <Families data={data} />
        <Weights data={data} />
      </div>
    </section>
  );
}

function Reliability({ scores }: { readonly scores: DelayScores }) {
  const late = scores.bins.map((bin) => Math.round((bin.late / bin.lines) * 10_000));
  return (
    <LineChart
      label="Chance said and share that was late, by tenth of the lines, the least likely first"
      height_px={220}
      positions={scores.bins.map((_, at) =>
        at === 0 ? 'least' : at === scores.bins.length - 1 ? 'most' : String(at + 1),
      )}
      top={10_000}
      format={percent}
      series={[
        { id: 'said', label: 'Said', values: scores.bins.map(({ mean_bp }) => mean_bp), colour: 'var(--step)' },
        { id: 'late', label: 'Was late', values: late, colour: 'var(--accent)', emphasised: true },
      ]}
    />
  );
}

function Contenders({
  data,
  contenders,
}: {
  readonly data: DelayRiskModel;
  readonly contenders: readonly DelayScores[];
}) {
  const base = contenders.find(({ name }) => name === 'base_rate');
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">Judged by</th>
          <th scope="col">Brier</th>
          <th scope="col">Log loss</th>
          <th scope="col">against all</th>
          <th scope="col">Area</th>
          <th scope="col">Late of the {contenders[0]?.top_lines ?? 0} most at risk</th>
        </tr>
      </thead>
      <tbody>
        {contenders.map((each) => (
          <tr key={each.name} data-used={each.name === data.judge ? '' : undefined}>
            <th scope="row">
              {JUDGE_NAMES[each.name]}
              {each.name === data.judge ? <small> in use</small> : null}
            </th>
            <td>{scoreText(each.brier)}</td>
            <td>{scoreText(each.log_loss)}</td>
            <td>{base ? betterBy(each.log_loss, base.log_loss) : ''}</td>
            <td>{scoreText(each.auc)}</td>
            <td>{integer(each.top_late)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Spans({
  data,
  evaluation,
}: {
  readonly data: DelayRiskModel;
  readonly evaluation: NonNullable<DelayRiskModel['evaluation']>;
}) {
  const rows: readonly (readonly [string, DelaySpan | null])[] = [
    ['Test: learned from', evaluation.taught],
    ['Test: set right by', evaluation.calibrated],
    ['Test: tried on', evaluation.tested],
    ['In use: learned from', data.taught],
    ['In use: set right by', data.calibrated],
  ];
  const year = Number(data.as_of_date.slice(0, 4));
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">Part</th>
          <th scope="col">From</th>
          <th scope="col">To</th>
          <th scope="col">Looks</th>
          <th scope="col">Late</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, span]) =>
          span === null ? null : (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{shortDate(span.from_date, year)}</td>
              <td>{shortDate(span.to_date, year)}</td>
              <td>{integer(span.looks)}</td>
              <td>{integer(span.late)}</td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}

function Families({ data }: { readonly data: DelayRiskModel }) {
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">Cause</th>
          <th scope="col">Odds, on average</th>
        </tr>
      </thead>
      <tbody>
        {data.families.map(({ family, mean_log_odds }) => (
          <tr key={family}>
            <th scope="row">{FAMILY_NAMES[family]}</th>
            <td>{oddsText({ log_odds: mean_log_odds }).replace('×', '× or ÷')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Weights({ data }: { readonly data: DelayRiskModel }) {
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">Factor</th>
          <th scope="col">Of</th>
          <th scope="col">Odds</th>
        </tr>
      </thead>
      <tbody>
        {data.weights.map(({ factor, choice, weight }) => (
          <tr key={`${factor} ${choice ?? ''}`}>
            <th scope="row">{factor}</th>
            <td>{choice ?? 'a usual step more'}</td>
            <td>{oddsText({ log_odds: weight })}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
