/** "Why 240?": the steps from demand to order as bars, what they were measured on, what was checked, and the decision. */
import { useLocation } from 'wouter';
import { isUnderWay } from '#domain/planning/replenishment/decision.ts';
import type { ReplenishmentLine, ReplenishmentWorking, StandingDecision } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { dateAndTime, dateAfter, shortDate, weekdayDate } from '#renderer/format/dates.ts';
import { ledgerMoney, overviewMoney, unitPrice } from '#renderer/format/money.ts';
import { counted, quantity, quantityWithUnit, roughQuantity } from '#renderer/format/numbers.ts';
import { CELL_WORDS } from '#renderer/screens/classes/classWords.ts';
import { demandSource, demandSourceNote } from '#renderer/screens/forecast/demandWords.ts';
import { calendarWords, shortWords, warningWords } from '#renderer/screens/stock/proposalWords.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { type MarkShape, Shape, Status } from '#renderer/ui/Mark.tsx';
import { DrillLink, Panel, PanelSection } from '#renderer/ui/Panel.tsx';
import { ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { fillShape, fillWords, loadWords } from './containerWords.ts';
import { quantityNow, stateOfLine } from './decisionRows.ts';
import { LeadTimeDots } from './LeadTimeDots.tsx';
import styles from './replenishment.module.css';
import { daysAllowed, policyInWords, type WorkingBar, workingBars } from './workingSteps.ts';

export function WorkingPanel({
  line,
  standing,
  company_id,
  may_plan,
  onAccept,
  onChange,
  onReject,
  onWithdraw,
  onClose,
}: {
  readonly line: ReplenishmentLine;
  readonly standing: StandingDecision | undefined;
  readonly company_id: number;
  readonly may_plan: boolean;
  readonly onAccept: () => void;
  readonly onChange: () => void;
  readonly onReject: () => void;
  readonly onWithdraw: () => void;
  readonly onClose: () => void;
}) {
  const asked = useAsk('replenishmentWorking', { company_id, key: line.key }, { keepPrevious: false });
  const working = asked.data;
  const state = stateOfLine(standing);
  const decided = standing !== undefined && standing.state !== 'rejected' && standing.state !== 'refused';
  return (
    <Panel
      title={`Why ${quantity(quantityNow(line, standing))}?`}
      aside={standing ? state.word : 'proposed'}
      onClose={onClose}
      actions={
        may_plan ? (
          decided ? (
            <>
              <Button kind="solid" keyCap="U" disabled={isUnderWay(standing.state)} onClick={onWithdraw}>
                Take it back
              </Button>
              <Button keyCap="E" disabled={isUnderWay(standing.state)} onClick={onChange}>
                Change
              </Button>
            </>
          ) : (
            <>
              <Button kind="solid" keyCap="↵" onClick={onAccept}>
                Accept {quantity(line.proposed_qty_milli)}
              </Button>
              <Button keyCap="E" onClick={onChange}>
                Change
              </Button>
              <Button keyCap="R" onClick={onReject}>
                Reject
              </Button>
            </>
          )
        ) : (
          <span className={styles['said']}>Your role reads and does not decide.</span>
        )
      }
    >
      <PanelSection>
        <p className={styles['subject']}>
          {line.code} {line.name}
        </p>
        <p className={styles['about']}>
          {[
            line.site,
            line.kind === 'buy' ? line.supplier : `from ${line.from_site ?? ''}`,
            classWords(working?.cell ?? null),
            policyInWords(working?.policy ?? null),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        {standing ? (
          <p className={styles['about']}>
            <Status shape={state.shape}>{state.word}</Status> {state.more} · {dateAndTime(standing.at_ms)}
          </p>
        ) : null}
      </PanelSection>
      {working ? (
        working.line === null ? (
          <PanelSection>
            <p className={styles['about']}>It is not proposed any more: what it needed is there or on order.</p>
          </PanelSection>
        ) : (
          <Working line={line} working={working} />
        )
      ) : asked.error ? (
        <ErrorState
          title="The working could not be read"
          text={errorMessage(asked.error)}
          onRetry={() => void asked.refetch()}
        />
      ) : (
        <LoadingRows rows={9} />
      )}
    </Panel>
  );
}

function classWords(cell: ReplenishmentWorking['cell']): string {
  if (cell === null) return '';
  return cell === 'new' || cell === 'obsolete' ? CELL_WORDS[cell].toLowerCase() : `class ${cell}`;
}

function Working({ line, working }: { readonly line: ReplenishmentLine; readonly working: ReplenishmentWorking }) {
  const [, navigate] = useLocation();
  const bars = workingBars(working);
  const largest = Math.max(1, ...bars.map((each) => each.to));
  const least = Math.min(0, ...bars.map((each) => each.from));
  const openStock = (): void => navigate(`/stock/${line.item_id}/${line.site_id}`);
  const openForecast = (): void => navigate(`/forecast/${line.item_id}/${line.site_id}`);
  const { made_of } = working;
  const opens = (bar: WorkingBar): (() => void) =>
    bar.opens === 'demand' && made_of?.forecast ? openForecast : openStock;
  return (
    <>
      <PanelSection title="From demand to order" aside={line.uom}>
        {bars.map((each) => (
          <Bar key={each.label} bar={each} least={least} largest={largest} onOpen={opens(each)} />
        ))}
        {working.warnings.map((warning) => (
          <p key={warning.warning} className={styles['warning']}>
            <Shape shape="warn" /> {warningWords(warning, line.uom)}
          </p>
        ))}
      </PanelSection>
      {made_of?.calendar ? (
        <PanelSection title="Order and receiving days">
          <p className={styles['about']}>{calendarWords(made_of.calendar)}</p>
        </PanelSection>
      ) : null}
      <Demand line={line} working={working} onForecast={openForecast} />
      <PanelSection title={`Lead time${line.supplier ? `, ${line.supplier} to ${line.site}` : ''}`} aside="days">
        <LeadTimeDots receipts={working.receipts} made_of={working.made_of} />
        <LatestReceipts receipts={working.receipts} />
      </PanelSection>
      <Checks line={line} working={working} />
    </>
  );
}

function Bar({
  bar,
  least,
  largest,
  onOpen,
}: {
  readonly bar: WorkingBar;
  readonly least: number;
  readonly largest: number;
  readonly onOpen: () => void;
}) {
  const share = (value: number): number => ((value - least) / (largest - least)) * 100;
  return (
    <div className={styles['step']} data-look={bar.look}>
      <div>
        <span>{bar.label}</span>
        <small>{bar.note}</small>
      </div>
      <span className={styles['stepValue']}>
        {bar.opens === null ? bar.value : <DrillLink onClick={onOpen}>{bar.value}</DrillLink>}
      </span>
      <span className={styles['track']} aria-hidden="true">
        <i style={{ left: `${share(bar.from)}%`, width: `${Math.max(0.8, share(bar.to) - share(bar.from))}%` }} />
      </span>
    </div>
  );
}

function Demand({
  line,
  working,
  onForecast,
}: {
  readonly line: ReplenishmentLine;
  readonly working: ReplenishmentWorking;
  readonly onForecast: () => void;
}) {
  const weeks = working.weeks_qty_milli;
  const { made_of } = working;
  if (weeks.length === 0) return null;
  const most = Math.max(1, ...weeks);
  const mean = weeks.reduce((sum, each) => sum + each, 0) / weeks.length;
  const last = weeks.at(-1) ?? 0;
  return (
    <PanelSection
      title="Demand"
      aside={`${counted(weeks.length, 'week')}, mean ${roughQuantity(mean)} ${line.uom} a week`}
    >
      <div
        className={styles['weeks']}
        role="img"
        aria-label={`Ordered a week, oldest first: ${weeks.map((week) => Math.round(week / 1000)).join(', ')}`}
      >
        {weeks.map((week, at) => (
          <i key={at} style={{ height: `${(Math.max(0, week) / most) * 100}%` }} />
        ))}
      </div>
      <p className={styles['axis']}>
        <span>{counted(weeks.length, 'week')} ago</span>
        <span>last week {quantityWithUnit(last, line.uom)}</span>
      </p>
      {made_of ? (
        <>
          <div className={styles['check']}>
            <Shape shape={made_of.demand_by === 'not_made' ? 'warn' : 'done'} />
            <span>Reckoned by</span>
            <span>
              {made_of.forecast ? (
                <DrillLink onClick={onForecast}>{demandSource(made_of)}</DrillLink>
              ) : (
                demandSource(made_of)
              )}
            </span>
          </div>
          <p className={styles['about']}>
            {roughQuantity(made_of.daily_demand_qty_milli * 7)} {line.uom} a week until an order after this one could
            come. {demandSourceNote(made_of)}
          </p>
        </>
      ) : null}
    </PanelSection>
  );
}

const RECEIPTS_OPENED = 4;

/** Where the days come from: what was ordered and approved stands in the purchase order. */
function LatestReceipts({ receipts }: { readonly receipts: ReplenishmentWorking['receipts'] }) {
  const { openPurchase } = useWorkplace();
  return receipts.slice(0, RECEIPTS_OPENED).map((each, at) => (
    <div key={`${each.number} ${at}`} className={styles['check']}>
      <Shape shape="done" />
      <span>
        <DrillLink onClick={() => openPurchase(each.purchase_order_id)}>{each.number}</DrillLink>
      </span>
      <span>
        {shortDate(each.received_on)}, {counted(each.days, 'day')}
      </span>
    </div>
  ));
}

function Checks({ line, working }: { readonly line: ReplenishmentLine; readonly working: ReplenishmentWorking }) {
  const { checks, currency } = working;
  if (!checks) return null;
  const { order, transfer } = checks;
  const days = daysAllowed(checks);
  const rows: { readonly shape: MarkShape; readonly label: string; readonly value: string }[] = [
    {
      shape: days.over ? 'warn' : 'done',
      label: 'Days of stock after arrival',
      value: days.value,
    },
  ];
  if (line.value_minor !== null && line.unit_price_micro !== null) {
    rows.push({
      shape: 'done',
      label: 'Value at the supplier’s price',
      value: `${quantityWithUnit(line.qty_milli, line.uom)} × ${unitPrice(line.unit_price_micro)} = ${ledgerMoney(line.value_minor, currency)}`,
    });
  }
  if (order) {
    const short = order.below_minimum_minor !== null && order.below_minimum_minor > 0;
    rows.push({
      shape: short ? 'warn' : 'done',
      label:
        order.minimum_minor === null || order.minimum_minor === 0
          ? 'Order it falls into'
          : `Supplier minimum ${overviewMoney(order.minimum_minor, currency)}`,
      value: `${overviewMoney(order.value_minor, currency)} with ${counted(order.lines, 'line')}`,
    });
    if (order.freight_minor !== null) {
      rows.push({
        shape: order.freight_minor === 0 ? 'done' : 'ring',
        label: 'Freight',
        value: order.freight_minor === 0 ? 'free' : overviewMoney(order.freight_minor, currency),
      });
    }
  }
  if (order?.container) {
    rows.push({
      shape: fillShape(order.container),
      label: fillWords(order.container),
      value: loadWords(order.container),
    });
  }
  rows.push({
    shape: 'done',
    label: 'Transfer from another site',
    value:
      transfer.from.length > 0
        ? transfer.from.map((each) => `${quantity(each.qty_milli)} from ${each.site}`).join(', ')
        : TRANSFER_WORDS[transfer.none_because ?? 'no_surplus'],
  });
  rows.push(
    checks.runs_out_on === null
      ? { shape: 'done', label: 'If not ordered', value: 'does not run out' }
      : {
          shape: checks.runs_out_on < line.receive_on ? 'bad' : 'warn',
          label: line.order_by_on === null ? 'If not ordered' : `If not ordered by ${weekdayDate(line.order_by_on)}`,
          value: `short from ${shortDate(checks.runs_out_on)}, ${shortWords(checks.short_qty_milli, line.uom)}${
            checks.short_value_minor === null || checks.short_value_minor === 0
              ? ''
              : `, ${overviewMoney(checks.short_value_minor, currency)}`
          }`,
        },
  );
  return (
    <PanelSection
      title="Checks"
      aside={`${line.kind === 'buy' ? 'ordered' : 'sent off'} ${shortDate(line.order_on)} it comes ${shortDate(line.receive_on)}`}
    >
      {rows.map((row) => (
        <div key={row.label} className={styles['check']}>
          <Shape shape={row.shape} />
          <span>{row.label}</span>
          <span>{row.value}</span>
        </div>
      ))}
      {line.days_early > 0 && line.order_by_on !== null ? (
        <p className={styles['about']}>
          Needed only by {shortDate(line.order_by_on)}: brought forward {counted(line.days_early, 'day')}{' '}
          {FORWARD_WORDS[line.reason]}, ordered by {shortDate(dateAfter(line.order_by_on, -line.days_early))}.
        </p>
      ) : null}
    </PanelSection>
  );
}

const FORWARD_WORDS: Readonly<Record<ReplenishmentLine['reason'], string>> = {
  needed: '',
  for_minimum: 'for the supplier’s minimum',
  for_freight: 'to save the freight',
  for_container: 'to fill the container',
};

const TRANSFER_WORDS: Readonly<
  Record<NonNullable<NonNullable<ReplenishmentWorking['checks']>['transfer']['none_because']>, string>
> = {
  no_surplus: 'none has surplus',
  no_lane: 'no way between sites',
  no_cost: 'the item’s cost is not known',
  costs_more: 'costs more than buying',
  came_from_here: 'it is sent on from here',
  not_visible: 'other sites are not yours to see',
};
