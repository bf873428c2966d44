/** The working of one line: what there is, who stands before it and by which rule, what would make it whole. */
import { useState } from 'react';
import type { OverrideKind } from '#domain/allocation/servingOrder.ts';
import type { FulfilmentLine, FulfilmentRow, FulfilmentTurn } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { moment, shortDate } from '#renderer/format/dates.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, NO_DATA, quantity } from '#renderer/format/numbers.ts';
import { overdueWords } from '#renderer/format/waitWords.ts';
import { AskDialog } from '#renderer/screens/transfers/AskDialog.tsx';
import { PromiseTable } from '#renderer/screens/stock/PromiseTable.tsx';
import { useNow, useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { ChannelMark, Shape, Status } from '#renderer/ui/Mark.tsx';
import { DrillLink, Panel, PanelList, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import styles from './fulfilment.module.css';
import { KIND_VERBS, STANDING_WORDS, STATE_WORDS, wholeWords, whyWords } from './queueWords.ts';

export function LinePanel({
  order_line_id,
  may,
  onDecide,
  onLine,
  onClose,
}: {
  readonly order_line_id: number;
  /** Whether this person decides who is served first. */
  readonly may: boolean;
  readonly onDecide: (kind: OverrideKind, row: FulfilmentRow) => void;
  readonly onLine: (order_line_id: number) => void;
  readonly onClose: () => void;
}) {
  const { company } = useWorkplace();
  const asked = useAsk('fulfilmentLine', { company_id: company.id, order_line_id });
  const working = asked.data;
  const row = working?.row ?? null;
  const stands = row !== null && row.standing !== 'rule';
  return (
    <Panel
      title={row ? `${row.number ?? ''} line ${row.ordinal ?? ''}` : 'Line'}
      onClose={onClose}
      actions={
        row === null ? null : may ? (
          <>
            {row.standing === 'raised' ? null : (
              <Button kind="solid" keyCap="U" onClick={() => onDecide('raised', row)}>
                Raise
              </Button>
            )}
            {row.standing === 'lowered' ? null : (
              <Button keyCap="D" onClick={() => onDecide('lowered', row)}>
                Lower
              </Button>
            )}
            {row.standing === 'held' ? null : (
              <Button keyCap="H" onClick={() => onDecide('held', row)}>
                Hold
              </Button>
            )}
            {stands ? (
              <Button keyCap="L" onClick={() => onDecide('released', row)}>
                Release
              </Button>
            ) : null}
          </>
        ) : (
          <span className={styles['reader']}>Planners and buyers decide who is served first.</span>
        )
      }
    >
      {working === undefined ? (
        asked.error ? (
          <ErrorState
            title="The working could not be read"
            text={errorMessage(asked.error)}
            onRetry={() => void asked.refetch()}
          />
        ) : (
          <LoadingRows rows={10} />
        )
      ) : row === null ? (
        <PanelSection>
          <p className={styles['none']}>The line is not open any more.</p>
        </PanelSection>
      ) : (
        <Working working={working} row={row} currency={company.currency} onLine={onLine} />
      )}
    </Panel>
  );
}

function Working({
  working,
  row,
  currency,
  onLine,
}: {
  readonly working: FulfilmentLine;
  readonly row: NonNullable<FulfilmentLine['row']>;
  readonly currency: string;
  readonly onLine: (order_line_id: number) => void;
}) {
  const { openOrder, openPurchase } = useWorkplace();
  const item = useAsk(
    'itemDetail',
    { item_id: row.item_id ?? 0, ...(row.site_id === null ? {} : { site_id: row.site_id }) },
    { enabled: row.item_id !== null, keepPrevious: false },
  );
  const { order_id } = row;
  const state = STATE_WORDS[row.state];
  return (
    <>
      <PanelSection>
        <p className={styles['subject']}>
          <Status shape={state.shape}>{state.word}</Status>
          <span>{wholeWords(row)}</span>
        </p>
        <p className={styles['facts']}>
          {row.party ?? 'No customer'} · {row.item_code} {row.item} · {row.site} · due{' '}
          {shortDate(row.due_on, row.state === 'left_out' ? 0 : undefined)}
        </p>
        {order_id === null ? null : (
          <p className={styles['facts']}>
            <DrillLink onClick={() => openOrder(order_id)}>Open order {row.number}</DrillLink>
          </p>
        )}
      </PanelSection>
      <PanelSection title="What it has" aside={row.uom ?? ''}>
        <PanelRow label="Open" note={overviewMoney(row.open_minor, currency)} value={quantity(row.open_qty_milli)} />
        <PanelRow label="Allocated now" note={whyWords(row)} value={quantity(row.now_qty_milli)} />
        <PanelRow label="There by its day" value={quantity(row.in_time_qty_milli)} />
        <PanelRow
          total
          label="Short"
          note={row.short_minor === 0 ? '' : overviewMoney(row.short_minor, currency)}
          value={quantity(row.short_qty_milli)}
        />
      </PanelSection>
      <PanelSection title="Supply at the site" aside={row.uom ?? ''}>
        <PanelRow label="On hand" value={quantity(working.on_hand_qty_milli)} />
        {working.unseen_qty_milli > 0 ? (
          <PanelRow
            label="Reserved elsewhere"
            note="for orders you do not see; it goes first"
            value={quantity(-working.unseen_qty_milli)}
          />
        ) : null}
        {working.leaving_qty_milli > 0 ? (
          <PanelRow
            label="Held for other sites"
            note="transfers given and not sent off yet"
            value={quantity(-working.leaving_qty_milli)}
          />
        ) : null}
        <PanelRow label="Open orders" note={demandNote(working)} value={quantity(-working.demand_qty_milli)} />
        {working.receipts.map((receipt) => (
          <PanelRow
            key={`${receipt.number}-${receipt.expected_on}-${receipt.qty_milli}`}
            label={<ReceiptName receipt={receipt} onPurchase={openPurchase} />}
            note={[
              receipt.overdue === null
                ? shortDate(receipt.expected_on)
                : overdueWords(receipt.expected_on, receipt.overdue),
              receipt.to_line_qty_milli > 0 ? `${quantity(receipt.to_line_qty_milli)} for this line` : '',
            ]
              .filter(Boolean)
              .join(' · ')}
            value={quantity(receipt.qty_milli)}
          />
        ))}
        <PanelRow total label="Left after all" note="of what lies there" value={quantity(working.left_qty_milli)} />
      </PanelSection>
      <WhatWouldHelp working={working} row={row} />
      <PanelSection title="Who is served, in order" aside={queueAside(working)}>
        <PanelList ordered>
          {working.queue.map((turn) => (
            <Turn
              key={turn.order_line_id}
              turn={turn}
              current={turn.order_line_id === row.order_line_id}
              onLine={onLine}
            />
          ))}
        </PanelList>
        <p className={styles['rule']}>
          Raised first, then what is due within two weeks, then week by week; within each the protected minimum, the
          channel’s priority, a fair share.
        </p>
      </PanelSection>
      {item.data ? <PromiseTable item={item.data} /> : null}
      <Decisions working={working} />
    </>
  );
}

/** A purchase order opens; a transfer is named. */
function ReceiptName({
  receipt: { purchase_order_id, number },
  onPurchase,
}: {
  readonly receipt: FulfilmentLine['receipts'][number];
  readonly onPurchase: (purchase_order_id: number) => void;
}) {
  return purchase_order_id === null ? (
    <>Transfer {number}</>
  ) : (
    <DrillLink onClick={() => onPurchase(purchase_order_id)}>{number}</DrillLink>
  );
}

/** '11 lines, 1 more left out' */
function demandNote({ queue_lines, left_out_lines }: FulfilmentLine): string {
  const served = counted(queue_lines - left_out_lines, 'line');
  return left_out_lines === 0 ? served : `${served}, ${left_out_lines} more left out`;
}

function queueAside({ queue, queue_lines }: FulfilmentLine): string {
  return queue.length < queue_lines
    ? `${queue.length} of ${counted(queue_lines, 'line')}`
    : counted(queue_lines, 'line');
}

function WhatWouldHelp({
  working,
  row,
}: {
  readonly working: FulfilmentLine;
  readonly row: NonNullable<FulfilmentLine['row']>;
}) {
  const { raised, elsewhere } = working;
  const { session } = useWorkplace();
  const [asking, setAsking] = useState(false);
  if (row.state === 'ready' || row.state === 'left_out' || (raised === null && elsewhere.length === 0)) return null;
  const missing_qty_milli = Math.max(1, (row.open_qty_milli ?? 0) - (row.in_time_qty_milli ?? 0));
  const better = raised !== null && raised.in_time_qty_milli > (row.in_time_qty_milli ?? 0);
  return (
    <PanelSection title="What would make it whole" aside={row.uom ?? ''}>
      {raised === null ? null : better ? (
        <PanelRow
          label="Raise it"
          note={
            raised.others_hurt === 0
              ? 'takes from nobody’s day'
              : `${counted(raised.others_hurt, 'line')} would have less`
          }
          value={`${quantity(raised.in_time_qty_milli)} in time`}
        />
      ) : (
        <p className={styles['none']}>Raising it brings nothing more by its day.</p>
      )}
      {elsewhere.map((place) => (
        <PanelRow
          key={place.site}
          label={`From ${place.site}`}
          note="left there"
          value={quantity(place.left_qty_milli)}
        />
      ))}
      {elsewhere.length > 0 && session.may.plan ? (
        <Button onClick={() => setAsking(true)}>Ask another site…</Button>
      ) : null}
      {asking && row.item_id !== null && row.site_id !== null ? (
        <AskDialog
          item_id={row.item_id}
          to_site_id={row.site_id}
          qty_milli={missing_qty_milli}
          wanted_on={row.due_on}
          reason={`Short for order ${row.number ?? ''}`}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </PanelSection>
  );
}

function Turn({
  turn,
  current,
  onLine,
}: {
  readonly turn: FulfilmentTurn;
  readonly current: boolean;
  readonly onLine: (order_line_id: number) => void;
}) {
  return (
    <li aria-current={current ? 'true' : undefined}>
      <span className={styles['place']}>{turn.place}</span>
      <ChannelMark kind={turn.channel_kind} />
      <DrillLink onClick={() => onLine(turn.order_line_id)}>{turn.number}</DrillLink>
      <span className={styles['party']} title={turn.party ?? NO_DATA}>
        {turn.party ?? NO_DATA}
      </span>
      <span className={styles['when']} title={`Priority ${turn.priority}`}>
        {turn.state === 'left_out'
          ? 'left out'
          : turn.standing === 'rule'
            ? shortDate(turn.due_on)
            : STANDING_WORDS[turn.standing]}
      </span>
      <span className={styles['qty']}>
        {quantity(turn.now_qty_milli)} of {quantity(turn.open_qty_milli)}
      </span>
    </li>
  );
}

function Decisions({ working }: { readonly working: FulfilmentLine }) {
  const now_ms = useNow();
  if (working.decisions.length === 0) return null;
  return (
    <PanelSection title="Decisions">
      <PanelList blocks>
        {working.decisions.map((each) => (
          <li key={each.id}>
            <span>
              {each.state === 'accepted' ? null : <Shape shape="waiting" size={10} />}{' '}
              <strong>{KIND_VERBS[each.kind as OverrideKind]}</strong>
              {each.whole_order ? ' the order' : ''}
              {each.until_on === null ? '' : ` until ${shortDate(each.until_on)}`}, {each.author},{' '}
              {moment(each.written_at_ms, now_ms)}
            </span>
            <span className={styles['reason']}>{each.reason}</span>
          </li>
        ))}
      </PanelList>
    </PanelSection>
  );
}
