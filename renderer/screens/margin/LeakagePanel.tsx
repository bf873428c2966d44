/** Where margin leaked in the span in view: its causes, and the largest lines of the one that is looked at. */
import { useMemo, useState } from 'react';
import type { LeakageCause } from '#domain/pricing/leakage.ts';
import type { LeakageRow, MarginLeakage, QueryInput } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { ConversionSection } from '#renderer/currency/ConversionNote.tsx';
import { currencySymbol, ledgerAmount, overviewAmount, overviewMoney } from '#renderer/format/money.ts';
import { counted, integer, NO_DATA, percent } from '#renderer/format/numbers.ts';
import { ExportMenu } from '#renderer/grid/ExportMenu.tsx';
import type { MonthRange } from '#renderer/screens/figures/monthRange.ts';
import { type TrailStep, trailFilter } from '#renderer/screens/figures/trail.ts';
import { askedCompanies } from '#renderer/screens/figures/useFigures.ts';
import { told, waitWords } from '#renderer/screens/figures/told.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { ChannelMark } from '#renderer/ui/Mark.tsx';
import { DrillLink, Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { Empty, ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import styles from './margin.module.css';
import { CAUSE_WORDS } from './marginView.ts';
import { isLacking, TIE_WORDS, type TieFigure } from './tieView.ts';

/** Lines shown of a cause; the rest is one drill away. */
const LARGEST = 8;

export function LeakagePanel({
  months,
  words,
  way,
  onLines,
  onTie,
  onClose,
}: {
  readonly months: MonthRange;
  /** 'Oct 2026' */
  readonly words: string;
  /** The rows that were opened on the way here: their leakage. */
  readonly way: readonly TrailStep[];
  readonly onLines: (cause: LeakageCause) => void;
  readonly onTie: (figure: TieFigure) => void;
  readonly onClose: () => void;
}) {
  const { scope, companies } = useWorkplace();
  const asked = useMemo(() => askedCompanies(scope, way), [scope, way]);
  const period = useMemo(
    () => ({ from_month: months.from, to_month: months.to, ...trailFilter(way) }),
    [months.from, months.to, way],
  );
  const { data: answer, error, refetch } = useAsk('marginLeakage', { ...asked, ...period });
  const data = told(answer);
  const [chosen, choose] = useState<LeakageCause | null>(null);
  const current = data?.rows.find((row) => row.cause === chosen) ?? data?.rows[0] ?? null;
  const whose = companies.find((company) => company.id === current?.companies[0]?.company_id);
  return (
    <Panel
      title={`Leakage, ${words}`}
      aside={data ? <b className={styles['leaked']}>{overviewMoney(data.total_minor, data.currency)}</b> : null}
      onClose={onClose}
      actions={
        current ? (
          <>
            <Button onClick={() => onLines(current.cause)}>Open {counted(current.lines, wordOf(current.cause))}</Button>
            {scope.all ? (
              <ExportMenu label="Export leakage" asked={{ query: 'marginLeakage', args: { ...asked, ...period } }} />
            ) : (
              <ExportMenu
                label="Export leakage"
                asked={{ query: 'marginLeakageLines', args: { company_id: scope.asked.company_ids[0], ...period } }}
                more={[{ label: 'Causes', asked: { query: 'marginLeakage', args: { ...asked, ...period } } }]}
              />
            )}
          </>
        ) : null
      }
    >
      {!data ? (
        error ? (
          <ErrorState title="Leakage could not be read" text={errorMessage(error)} onRetry={() => void refetch()} />
        ) : answer ? (
          <Empty {...waitWords(answer, 'Leaks')} />
        ) : (
          <LoadingRows rows={6} />
        )
      ) : data.rows.length === 0 ? (
        <Empty
          good
          title="No margin leaked by a known cause"
          text={[...way.map(({ label }) => label), words].join(', ')}
        />
      ) : (
        <>
          {way.length > 0 ? (
            <PanelSection>
              <InlineMessage tone="quiet">Of {way.map(({ label }) => label).join(' › ')}.</InlineMessage>
            </PanelSection>
          ) : null}
          <Causes leakage={data} current={current} onChoose={choose} onLines={onLines} />
          {current && whose ? (
            <Largest
              row={current}
              args={{ company_id: whose.id, ...period }}
              currency={whose.currency}
              of={scope.all ? whose.name : null}
            />
          ) : null}
          <ConversionSection conversion={data.conversion} currency={data.currency} />
        </>
      )}
      {scope.all || way.length > 0 || months.from !== months.to ? null : (
        <LedgerLacks month={months.to} onTie={onTie} />
      )}
      {data && data.allowed.length > 0 ? (
        <PanelSection title="Allowed by somebody" aside="not counted">
          {data.allowed.map(({ cause, lines, allowed_minor }) => (
            <PanelRow
              key={cause}
              label={`${ALLOWED_WORDS[cause] ?? CAUSE_WORDS[cause]}, ${counted(lines, wordOf(cause))}`}
              value={overviewMoney(allowed_minor, data.currency)}
            />
          ))}
          {scope.all ? null : (
            <ExportMenu
              label="Export what was allowed"
              asked={{
                query: 'marginLeakageLines',
                args: { company_id: scope.asked.company_ids[0], ...period, allowed: true },
              }}
            />
          )}
        </PanelSection>
      ) : null}
      {data && data.left_out.length > 0 ? (
        <PanelSection>
          {data.left_out.map(({ cause, reason }) => (
            <InlineMessage key={cause} tone="quiet">
              {CAUSE_WORDS[cause]} is left out: {reason}.
            </InlineMessage>
          ))}
        </PanelSection>
      ) : null}
      {data && data.not_for_you.length > 0 ? (
        <PanelSection>
          <InlineMessage tone="quiet">
            {data.not_for_you.map((cause) => CAUSE_WORDS[cause]).join(', ')}: made of cost, which is for Finance.
          </InlineMessage>
        </PanelSection>
      ) : null}
    </Panel>
  );
}

/** What these sales owe and the ledger has not: margin counts it, so it is no leak of the margin, and somebody has to post it. */
function LedgerLacks({ month, onTie }: { readonly month: number; readonly onTie: (figure: TieFigure) => void }) {
  const { company } = useWorkplace();
  const data = told(useAsk('marginTies', { company_id: company.id, month }).data);
  const off = data?.ties.filter(isLacking) ?? [];
  if (!data || off.length === 0) return null;
  return (
    <PanelSection title="The ledger lacks" aside={data.currency}>
      {off.map(({ component, documents_minor, ledger_minor }) => (
        <PanelRow
          key={component}
          label={`${TIE_WORDS[component]} not accrued`}
          note={<DrillLink onClick={() => onTie(`tie-${component}`)}>days</DrillLink>}
          value={ledgerAmount(Math.abs(documents_minor) - Math.abs(ledger_minor ?? 0), data.currency)}
        />
      ))}
      <InlineMessage tone="quiet">
        The margin counts what is agreed. Close, Rebates and fees, says of which deliveries, and proposes the entry.
      </InlineMessage>
    </PanelSection>
  );
}

/** What is no leak because somebody allowed it. */
const ALLOWED_WORDS: Readonly<Partial<Record<LeakageCause, string>>> = {
  discount_not_approved: 'Discount beyond the rule',
  below_floor: 'Price below floor',
};

function wordOf(cause: LeakageCause): string {
  return cause === 'cost_rise' ? 'item' : 'line';
}

function Causes({
  leakage: { rows, currency },
  current,
  onChoose,
  onLines,
}: {
  readonly leakage: MarginLeakage;
  readonly current: LeakageRow | null;
  readonly onChoose: (cause: LeakageCause) => void;
  readonly onLines: (cause: LeakageCause) => void;
}) {
  const { scope } = useWorkplace();
  const most = Math.max(1, ...rows.map((row) => row.leak_minor ?? 0));
  return (
    <table className={styles['causes']} aria-label="Causes of leakage">
      <thead>
        <tr>
          <th scope="col">Cause</th>
          <th scope="col">Lines</th>
          <th scope="col">{scope.mixed ? currency : currencySymbol(currency)}</th>
          <th scope="col">Who</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.cause} data-current={row === current ? '' : undefined}>
            <th scope="row">
              <button type="button" aria-pressed={row === current} onClick={() => onChoose(row.cause)}>
                {CAUSE_WORDS[row.cause]}
              </button>
              <small>
                {row.channel_kind === null ? null : <ChannelMark kind={row.channel_kind} size={9} />}
                <span>
                  {[row.channel, row.party].filter(Boolean).join(', ') || 'no channel or customer stands out'}
                </span>
              </small>
            </th>
            <td>
              <DrillLink onClick={() => onLines(row.cause)}>{integer(row.lines)}</DrillLink>
            </td>
            <td>
              {overviewAmount(row.leak_minor, currency)}
              <span className={styles['leakBar']} aria-hidden="true">
                <i style={{ width: `${(100 * (row.leak_minor ?? 0)) / most}%` }} />
              </span>
            </td>
            <td
              title={[
                row.owner === null ? 'Nobody answers for it' : `${row.owner} answers for the largest part`,
                row.given_to.length === 0
                  ? 'given to nobody yet: give it on Today'
                  : `given to ${row.given_to.join(', ')}`,
              ].join('; ')}
            >
              {row.given_to[0] ?? row.owner ?? NO_DATA}
              {row.given_to.length > 1
                ? ` +${row.given_to.length - 1}`
                : row.given_to.length === 0 && row.owners > 1
                  ? ` +${row.owners - 1}`
                  : ''}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Largest({
  row,
  args,
  currency,
  of,
}: {
  readonly row: LeakageRow;
  readonly args: Pick<QueryInput<'marginLeakageLines'>, 'company_id' | 'from_month' | 'to_month'>;
  /** The company's own. */
  readonly currency: string;
  /** Whose lines these are, where several companies have some. */
  readonly of: string | null;
}) {
  const { openOrder } = useWorkplace();
  const { data, error } = useAsk('marginLeakageLines', { ...args, cause: row.cause, offset: 0, limit: LARGEST });
  if (!data) return error ? <InlineMessage tone="bad">{errorMessage(error)}</InlineMessage> : <LoadingRows rows={4} />;
  const ruled = data.lines.some((line) => line.rule_bp !== null);
  return (
    <PanelSection
      title={of === null ? CAUSE_WORDS[row.cause] : `${CAUSE_WORDS[row.cause]}, ${of}`}
      aside={
        data.total_lines > data.lines.length
          ? `largest ${data.lines.length} of ${counted(data.total_lines, wordOf(row.cause))}`
          : counted(data.total_lines, wordOf(row.cause))
      }
    >
      <table className={styles['largest']}>
        <thead>
          <tr>
            <th scope="col">{row.cause === 'cost_rise' ? 'Item' : 'Order'}</th>
            {ruled ? <th scope="col">Rule</th> : null}
            {ruled || row.cause === 'cost_rise' ? <th scope="col">{ruled ? 'Given' : 'Rise'}</th> : null}
            <th scope="col">{of === null ? currencySymbol(currency) : currency}</th>
          </tr>
        </thead>
        <tbody>
          {data.lines.map((line, index) => (
            <tr key={`${index}-${line.number}`}>
              <th scope="row" title={[line.item, line.party].filter(Boolean).join(', ')}>
                {line.order_id === null ? (
                  line.number
                ) : (
                  <DrillLink onClick={() => openOrder(line.order_id ?? 0)}>{line.number}</DrillLink>
                )}{' '}
                <small>{row.cause === 'cost_rise' ? line.item : line.party}</small>
              </th>
              {ruled ? <td>{percent(line.rule_bp)}</td> : null}
              {ruled || row.cause === 'cost_rise' ? <td>{percent(line.given_bp)}</td> : null}
              <td>{overviewAmount(line.leak_minor, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </PanelSection>
  );
}
