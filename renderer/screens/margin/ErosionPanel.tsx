/** Where the margin of a month fell below what is usual there, what it comes to, and why. */
import { useState } from 'react';
import { FALL_PART_WORDS, LEVEL_WORDS } from '#domain/pricing/erosion/explanation.ts';
import type { ErosionRow, MarginErosion } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { monthYear } from '#renderer/format/dates.ts';
import { currencySymbol, ledgerAmount, overviewAmount, overviewMoney } from '#renderer/format/money.ts';
import { counted, NO_DATA, points, signed } from '#renderer/format/numbers.ts';
import { ExportMenu } from '#renderer/grid/ExportMenu.tsx';
import { ProvenanceSection } from '#renderer/screens/figures/Provenance.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { ChannelMark } from '#renderer/ui/Mark.tsx';
import { DrillLink, Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { Empty, ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import styles from './margin.module.css';
import { rateWords, shownParts } from './erosionView.ts';

export function ErosionPanel({
  month,
  narrowed,
  onLines,
  onClose,
}: {
  readonly month: number;
  /** Rows were opened on the way here: falls are those of the whole company nevertheless. */
  readonly narrowed: boolean;
  readonly onLines: (row: ErosionRow) => void;
  readonly onClose: () => void;
}) {
  const { scope } = useWorkplace();
  if (scope.all) {
    return (
      <Panel title="Unusual falls" aside={monthYear(month)} onClose={onClose}>
        <PanelSection>
          <InlineMessage tone="quiet">
            Each company’s margins are set beside its own: choose one in the top bar.
          </InlineMessage>
        </PanelSection>
      </Panel>
    );
  }
  return <OfCompany month={month} narrowed={narrowed} onLines={onLines} onClose={onClose} />;
}

function OfCompany({ month, narrowed, onLines, onClose }: Parameters<typeof ErosionPanel>[0]) {
  const { company } = useWorkplace();
  const asked = { company_id: company.id, month };
  const { data, error, refetch } = useAsk('marginErosion', asked);
  const [chosen, choose] = useState<string | null>(null);
  const current = data?.rows.find(({ key }) => key === chosen) ?? data?.rows[0] ?? null;
  return (
    <Panel
      title={`Unusual falls, ${monthYear(month)}`}
      aside={
        data?.reason === null ? (
          <b className={styles['leaked']}>{overviewMoney(data.total_minor, data.currency)}</b>
        ) : null
      }
      onClose={onClose}
      actions={
        current && data ? (
          <>
            <Button onClick={() => onLines(current)}>Open {counted(current.lines, 'line')}</Button>
            <ExportMenu label="Export unusual falls" asked={{ query: 'marginErosion', args: asked }} />
          </>
        ) : null
      }
    >
      {!data ? (
        error ? (
          <ErrorState
            title="Unusual falls could not be read"
            text={errorMessage(error)}
            onRetry={() => void refetch()}
          />
        ) : (
          <LoadingRows rows={6} />
        )
      ) : data.reason !== null ? (
        <Empty title="Nothing can be told yet" text={data.reason} />
      ) : data.rows.length === 0 ? (
        <Empty
          good
          title="No margin fell unusually"
          text={`Nowhere by ${overviewMoney(data.least_minor, data.currency)} or more, ${monthYear(month)}.`}
        />
      ) : (
        <>
          {narrowed ? (
            <PanelSection>
              <InlineMessage tone="quiet">Of the whole company, not of the rows opened here.</InlineMessage>
            </PanelSection>
          ) : null}
          <Falls erosion={data} current={current} onChoose={choose} onLines={onLines} />
          {current ? <Why row={current} currency={data.currency} /> : null}
        </>
      )}
      {data?.reason === null ? <ProvenanceSection provenance={data.provenance} formula={formula(data)} /> : null}
    </Panel>
  );
}

function Falls({
  erosion: { rows, currency },
  current,
  onChoose,
  onLines,
}: {
  readonly erosion: MarginErosion;
  readonly current: ErosionRow | null;
  readonly onChoose: (key: string) => void;
  readonly onLines: (row: ErosionRow) => void;
}) {
  const most = Math.max(1, ...rows.map((row) => row.fall_minor));
  return (
    <table className={styles['causes']} aria-label="Unusual falls">
      <thead>
        <tr>
          <th scope="col">Where</th>
          <th scope="col">Lines</th>
          <th scope="col">{currencySymbol(currency)}</th>
          <th scope="col">Who</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} data-current={row === current ? '' : undefined}>
            <th scope="row">
              <button
                type="button"
                className={styles['named']}
                title={row.name}
                aria-pressed={row === current}
                onClick={() => onChoose(row.key)}
              >
                {row.name}
              </button>
              <small>
                {row.channel_kind === null ? null : <ChannelMark kind={row.channel_kind} size={9} />}
                <span>
                  {FALL_PART_WORDS[row.evidence.part]}, {points(row.now_bp - row.usual_bp)}
                </span>
              </small>
            </th>
            <td>
              <DrillLink onClick={() => onLines(row)}>{row.lines}</DrillLink>
            </td>
            <td>
              {overviewAmount(row.fall_minor, currency)}
              <span className={styles['leakBar']} aria-hidden="true">
                <i style={{ width: `${(100 * row.fall_minor) / most}%` }} />
              </span>
            </td>
            <td title={row.owner === null ? 'Nobody answers for it' : `${row.owner} answers for it`}>
              {row.owner ?? NO_DATA}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Why({ row, currency }: { readonly row: ErosionRow; readonly currency: string }) {
  const change = (minor: number): string => signed(ledgerAmount(minor, currency), minor);
  const by = row.evidence.part === 'discount' ? row.evidence.overrides : [];
  return (
    <>
      <PanelSection title={row.name} aside={LEVEL_WORDS[row.level]}>
        <p className={styles['why']} data-print="said">
          {row.words}.
        </p>
        <InlineMessage tone="quiet">
          GM3 {rateWords(row)}.{row.scattered ? ' A part of it fell, not most of it.' : ''}
          {row.without_others ? ' Without lines that another fall holds: the rate may differ from the grid’s.' : ''}
        </InlineMessage>
        {by.map((each) => (
          <PanelRow key={each.by} label={`Allowed by ${each.by}`} value={counted(each.lines, 'line')} />
        ))}
      </PanelSection>
      <PanelSection title="What it is made of" aside={currency}>
        {shownParts(row).map(({ part, fall_minor }) => (
          <PanelRow key={part} label={FALL_PART_WORDS[part]} value={change(0 - fall_minor)} />
        ))}
        <PanelRow total label="Less than usual" value={change(0 - row.fall_minor)} />
      </PanelSection>
    </>
  );
}

const formula = ({ least_minor, currency }: MarginErosion): string =>
  'Usual is the median GM3 rate of the twelve months before. Told is a month that lies 3.5 of its usual deviations (1.4826 × the ' +
  'median absolute deviation, at least half a point) below, or that ends a fall month after month (Mann–Kendall, 3.5), where ' +
  `the usual rate would have given ${overviewMoney(least_minor, currency)} or more beyond what is. Each fall is told once, of the broadest group in ` +
  'which most fell. Its parts are by what a unit sold for and cost before; they add up to it. Version 1.';
