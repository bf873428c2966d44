/** What can be ordered, by supplier and site, and the drafts made of it: lines, minimum, freight, what was brought forward. */
import { ChevronDown, ChevronRight } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { MOST_DECISIONS } from '#domain/planning/replenishment/decision.ts';
import type {
  DecidedItem,
  DraftOrderView,
  OrderContainers,
  ReadyLine,
  ReadyOrder,
  ReplenishmentDesk,
} from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { dateAndTime, shortDate } from '#renderer/format/dates.ts';
import { ledgerMoney, overviewMoney, unitPrice } from '#renderer/format/money.ts';
import { counted, NO_DATA, predicted, quantity } from '#renderer/format/numbers.ts';
import { ExportMenu } from '#renderer/grid/ExportMenu.tsx';
import { CellCode } from '#renderer/grid/cellParts.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button, IconButton } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { Empty, InlineMessage } from '#renderer/ui/States.tsx';
import { ReadyTransfers } from './ReadyTransfers.tsx';
import { fillShape, fillWords, loadWords } from './containerWords.ts';
import { draftState, notMineWords, orderNumber, unseenWords } from './orderWords.ts';
import styles from './replenishment.module.css';

export function DraftsView({
  desk,
  may_plan,
  onAnswer,
}: {
  readonly desk: ReplenishmentDesk;
  readonly may_plan: boolean;
  /** To where draft orders are approved. */
  readonly onAnswer: () => void;
}) {
  const { ready, transfers, drafts, drafts_total } = desk;
  if (ready.length === 0 && transfers.length === 0 && drafts.length === 0) {
    return (
      <Empty title="Nothing is accepted yet" text="Accept proposals with ↵; they gather here by supplier and site." />
    );
  }
  return (
    <div className={styles['scroll']} data-keys="">
      {ready.length > 0 ? <h2 className={styles['part']}>Accepted, on no order yet</h2> : null}
      {ready.map((order) => (
        <ReadyOrderView key={order.key} order={order} currency={desk.currency} may_plan={may_plan} />
      ))}
      {transfers.length > 0 ? <ReadyTransfers transfers={transfers} may_plan={may_plan} /> : null}
      {drafts.length > 0 ? <h2 className={styles['part']}>Draft orders</h2> : null}
      {drafts.map((draft) => (
        <Draft key={draft.id} draft={draft} currency={desk.currency} may_plan={may_plan} onAnswer={onAnswer} />
      ))}
      {drafts_total > drafts.length ? (
        <p className={styles['about']}>{counted(drafts_total - drafts.length, 'older draft')} not shown.</p>
      ) : null}
    </div>
  );
}

function Fold({
  open,
  name,
  onToggle,
}: {
  readonly open: boolean;
  readonly name: string;
  readonly onToggle: () => void;
}) {
  return (
    <IconButton label={`${open ? 'Fold' : 'Show'} the lines of ${name}`} aria-expanded={open} onClick={onToggle}>
      {open ? <ChevronDown size={14} aria-hidden="true" /> : <ChevronRight size={14} aria-hidden="true" />}
    </IconButton>
  );
}

function ReadyOrderView({
  order,
  currency,
  may_plan,
}: {
  readonly order: ReadyOrder;
  readonly currency: string;
  readonly may_plan: boolean;
}) {
  const { company } = useWorkplace();
  const make = useRun('makeDraftOrder');
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [asking, setAsking] = useState(false);
  const missing = Math.max(0, order.minimum_minor - order.value_minor);
  const lines = order.lines.slice(0, MOST_DECISIONS);
  const makeWords =
    missing > 0 && !asking ? 'Order below the minimum…' : `Make the draft of ${counted(lines.length, 'line')}`;
  const send = (): void =>
    make.mutate({
      company_id: company.id,
      site_id: order.site_id,
      supplier_id: order.supplier_id,
      decision_ids: lines.map((line) => line.decision_id),
      minimum_reason: missing > 0 ? reason.trim() : null,
    });
  return (
    <section className={styles['order']} aria-label={`Ready for ${order.supplier}, ${order.site}`}>
      <header>
        <Fold open={open} name={order.supplier} onToggle={() => setOpen(!open)} />
        <b>{order.supplier}</b>
        <span>
          {order.site} · {counted(order.lines.length, 'line')} · {overviewMoney(order.value_minor, currency)}
          {order.for_approval > 0 ? ` · ${order.for_approval} more wait for approval` : ''}
          {order.without_price > 0 ? ` · ${order.without_price} without a price` : ''}
        </span>
        <Status shape={missing > 0 ? 'warn' : 'good'} calm>
          {missing > 0 ? `${overviewMoney(missing, currency)} to min` : 'Minimum met'}
        </Status>
        <Filled container={order.container} />
        <span>{freightWords(order, currency)}</span>
        <span className={styles['grow']} />
        {may_plan ? (
          <Button
            disabled={make.isPending || (asking && reason.trim() === '')}
            aria-label={`${makeWords} for ${order.supplier}, ${order.site}`}
            onClick={() => (missing > 0 && !asking ? setAsking(true) : send())}
          >
            {makeWords}
          </Button>
        ) : null}
      </header>
      {asking && missing > 0 ? (
        <div className={styles['reason']}>
          <Field
            label={`Why order below ${overviewMoney(order.minimum_minor, currency)}`}
            value={reason}
            maxLength={500}
            autoFocus
            onChange={(event) => setReason(event.target.value)}
          />
        </div>
      ) : null}
      {make.error ? <InlineMessage tone="bad">{errorMessage(make.error)}</InlineMessage> : null}
      {open ? <FilledWith container={order.container} /> : null}
      {open ? (
        <LinesTable
          currency={currency}
          head={
            <>
              <th>Why now</th>
              <th>Comes</th>
            </>
          }
          lines={lines}
          more={readyCells}
        />
      ) : null}
    </section>
  );
}

function Filled({ container }: { readonly container: OrderContainers | null }) {
  return container === null ? null : (
    <span title={loadWords(container)}>
      <Status shape={fillShape(container)} calm>
        {fillWords(container)}
      </Status>
    </span>
  );
}

/** What limits it, and from where on it is sent. */
function FilledWith({ container }: { readonly container: OrderContainers | null }) {
  return container === null ? null : (
    <p className={styles['about']}>
      {fillWords(container)}: {loadWords(container)}.
    </p>
  );
}

function readyCells(line: ReadyLine): ReactNode {
  return (
    <>
      <td>{becauseWords(line)}</td>
      <td>{shortDate(line.receive_on)}</td>
    </>
  );
}

function freightWords(order: ReadyOrder, currency: string): string {
  if (order.freight_minor === 0) return 'freight free';
  const free = order.free_freight_from_minor;
  return `freight ${overviewMoney(order.freight_minor, currency)}${
    free === null ? '' : `, free from ${overviewMoney(free, currency)}`
  }`;
}

function becauseWords(line: ReadyLine): string {
  const state = line.waiting ? `${predicted('accepted')} · ` : '';
  if (line.because === 'needed') return `${state}needed`;
  const by = line.order_by_on === null ? '' : `, needed by ${shortDate(line.order_by_on)}`;
  if (line.because === 'for_container') return `${state}all or part of it fills the container${by}`;
  return `${state}brought forward ${line.because === 'for_minimum' ? 'for the minimum' : 'to save freight'}${by}`;
}

function Draft({
  draft,
  currency,
  may_plan,
  onAnswer,
}: {
  readonly draft: DraftOrderView;
  readonly currency: string;
  readonly may_plan: boolean;
  readonly onAnswer: () => void;
}) {
  const { company, openPurchase } = useWorkplace();
  const send = useRun('sendDraftOrder');
  const cancel = useRun('cancelDraftOrder');
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState<string | null>(null);
  const { shape, word } = draftState(draft);
  const heldId = useId();
  const held = heldWords(draft, currency);
  const name = draft.number ?? 'new draft';
  const error = send.error ?? cancel.error;
  const busy = send.isPending || cancel.isPending;
  return (
    <section className={styles['order']} aria-label={`Draft order ${name}`}>
      <header>
        <Fold open={open} name={name} onToggle={() => setOpen(!open)} />
        <b>{orderNumber(draft)}</b>
        <span>
          {draft.supplier} · {draft.site} · {counted(draft.lines.length, 'line')} ·{' '}
          {overviewMoney(draft.value_minor, currency)}
          {draft.freight_minor > 0 ? ` + freight ${overviewMoney(draft.freight_minor, currency)}` : ''}
        </span>
        <Status shape={shape} calm>
          {word}
        </Status>
        <Filled container={draft.container} />
        <span>
          {draft.ended
            ? `by ${draft.ended.by}, ${dateAndTime(draft.ended.at_ms)}${draft.ended.reason ? ` · “${draft.ended.reason}”` : ''}`
            : `by ${draft.by}, ${dateAndTime(draft.at_ms)}`}
          {draft.minimum_reason ? ` · below the minimum: “${draft.minimum_reason}”` : ''}
          {draft.approval.state === 'approved' ? ` · approved by ${draft.approval.answered?.by ?? ''}` : ''}
        </span>
        <span className={styles['grow']} />
        {draft.purchase_order_id === null ? null : (
          <Button onClick={() => openPurchase(draft.purchase_order_id ?? 0)}>Open the purchase order</Button>
        )}
        <ExportMenu
          label={`Save ${name}`}
          asked={{ query: 'draftOrder', args: { company_id: company.id, draft_order_id: draft.id } }}
        />
        {draft.state === 'draft' && may_plan ? (
          <>
            <Button
              disabled={busy || held !== null}
              aria-describedby={held === null ? undefined : heldId}
              onClick={() => send.mutate({ company_id: company.id, draft_order_id: draft.id })}
            >
              Send {name}
            </Button>
            <Button disabled={busy} onClick={() => setReason(reason === null ? '' : null)}>
              Cancel it
            </Button>
          </>
        ) : null}
      </header>
      {held === null ? null : (
        <div className={styles['held']}>
          <span id={heldId} className={styles['said']}>
            {held}
          </span>
          {draft.approval.state === 'waits' && draft.approval.not_mine === null ? (
            <Button onClick={onAnswer}>Answer it under Approvals</Button>
          ) : null}
        </div>
      )}
      {reason === null ? null : (
        <div className={styles['reason']}>
          <Field
            label={`Why ${name} is cancelled`}
            value={reason}
            maxLength={500}
            autoFocus
            hint="Its lines can be ordered again."
            onChange={(event) => setReason(event.target.value)}
          />
          <Button
            disabled={busy || reason.trim() === ''}
            onClick={() =>
              cancel.mutate(
                { company_id: company.id, draft_order_id: draft.id, reason: reason.trim() },
                { onSuccess: () => setReason(null) },
              )
            }
          >
            Cancel {name}
          </Button>
        </div>
      )}
      {error ? <InlineMessage tone="bad">{errorMessage(error)}</InlineMessage> : null}
      {open ? <LinesTable currency={currency} lines={draft.lines} /> : null}
    </section>
  );
}

/** Why an open draft is not sent now; null = it may be. */
function heldWords({ state, approval }: DraftOrderView, currency: string): string | null {
  if (state !== 'draft') return null;
  if (approval.state === 'waits') return `${unseenWords(approval, currency)}. ${notMineWords(approval)}`;
  if (approval.state !== 'refused') return null;
  const why = approval.answered?.reason ? `: “${approval.answered.reason}”` : '';
  return `${approval.answered?.by ?? 'Somebody'} refused it${why}. Cancel it; its lines can then be decided anew.`;
}

function LinesTable<Line extends DecidedItem>({
  lines,
  currency,
  head,
  more,
}: {
  readonly lines: readonly Line[];
  readonly currency: string;
  readonly head?: ReactNode;
  readonly more?: (line: Line) => ReactNode;
}) {
  return (
    <table className={styles['lines']}>
      <thead>
        <tr>
          <th>Item</th>
          {head}
          <th className={styles['right']}>Quantity</th>
          <th>Unit</th>
          <th className={styles['right']}>Price</th>
          <th className={styles['right']}>Value</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.decision_id}>
            <td>
              <CellCode>{line.code}</CellCode> {line.name}
            </td>
            {more?.(line)}
            <td className={styles['right']}>{quantity(line.qty_milli)}</td>
            <td>{line.uom}</td>
            <td className={styles['right']}>
              {line.unit_price_micro === null ? NO_DATA : unitPrice(line.unit_price_micro)}
            </td>
            <td className={styles['right']}>{ledgerMoney(line.value_minor, currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
