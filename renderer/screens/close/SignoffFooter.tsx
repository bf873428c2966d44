/** What was signed, on what, by whom, still true? And the one button that signs what is on the screen. */
import { useRef } from 'react';
import { FLUX_TASK } from '#domain/close/flux/lines.ts';
import { inARow } from '#domain/close/inARow.ts';
import { HARD_LOCK_TASK } from '#domain/close/signing.ts';
import type { CloseTaskView, OutboxRow, ReconciliationView, SignoffView } from '#contract/queries.ts';
import { useAsk, useSyncPill } from '#renderer/client/useContract.ts';
import { sidesWords } from '#renderer/format/changedSides.ts';
import { moment } from '#renderer/format/dates.ts';
import { ledgerAmount } from '#renderer/format/money.ts';
import { signed } from '#renderer/format/numbers.ts';
import { MUTATION_STATES } from '#renderer/notes/noteStates.ts';
import { useNow } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Shape, Status } from '#renderer/ui/Mark.tsx';
import { useKeptFocus } from '#renderer/ui/useKeptFocus.ts';
import styles from './close.module.css';
import {
  initialsOf,
  reachedServerMs,
  sealWords,
  signatureOf,
  signedAgain,
  voidWords,
  whyNot,
  withdrawalOf,
} from './closeStates.ts';
import type { Signing } from './useSigning.ts';

export function SignoffFooter({
  task,
  currency,
  changed,
  has_lines,
  signing,
  onExplain,
  onDecide,
  onWithdraw,
}: {
  readonly task: CloseTaskView;
  readonly currency: string;
  /** What changed since it was signed; null while it is not known here. */
  readonly changed: ReconciliationView['changed'];
  /** A step without a balance is signed as done. */
  readonly has_lines: boolean;
  readonly signing: Signing;
  /** Goes to the first item that asks for words. */
  readonly onExplain: () => void;
  /** Opens the refused sign-off on the Sync screen. */
  readonly onDecide: (mutation_id: string) => void;
  /** Asks why this person's own signature is taken back. */
  readonly onWithdraw: () => void;
}) {
  const foot = useRef<HTMLElement>(null);
  useKeptFocus(foot);
  const pill = useSyncPill();
  const refused = useRefusedSignoff(task.id);
  const reason = whyNot(task);
  const { role } = task.next;
  const forOther = task.next.stands_in_for === null ? '' : ` for ${task.next.stands_in_for} …`;
  return (
    <footer ref={foot} className={styles['signoff']} aria-label="Sign-off" data-keys="" data-sign-off="">
      {task.code === HARD_LOCK_TASK && task.signoffs.length === 0
        ? null
        : (['preparer', 'reviewer'] as const).map((role) => (
            <Signature
              key={role}
              task={task}
              currency={currency}
              has_lines={has_lines}
              role={role}
              onWithdraw={onWithdraw}
            />
          ))}
      <div className={styles['since']} data-bad={refused || task.state === 'changed' ? '' : undefined}>
        {refused ? (
          <Refused mutation={refused} onDecide={onDecide} />
        ) : task.state === 'changed' ? (
          <ChangedSince task={task} currency={currency} changed={changed} />
        ) : null}
        {signing.error ? (
          <p role="alert" className={styles['refusal']}>
            <Shape shape="bad" /> {signing.error}
          </p>
        ) : reason && !refused ? (
          <p className={styles['reason']}>
            {reason}{' '}
            {task.next.explain_first.length > 0 ? (
              <Button kind="link" keyCap="⇧S" onClick={onExplain}>
                Go to the first ›
              </Button>
            ) : null}
          </p>
        ) : role ? (
          <p className={styles['reason']}>
            You sign as {role}
            {task.next.stands_in_for === null ? '' : `, for ${task.next.stands_in_for}`}
            {pill?.connection === 'live' || pill?.connection === 'syncing'
              ? '; the server checks the balance again on arrival.'
              : '. Kept here and sent when the connection is back; the balance is checked again on arrival.'}
          </p>
        ) : null}
      </div>
      {task.code === HARD_LOCK_TASK ? null : (
        <div className={styles['sign']}>
          <Button
            {...(forOther === '' ? { kind: 'solid' as const } : {})}
            keyCap="⇧S"
            disabled={role === null || signing.busy}
            onClick={signing.sign}
            title={reason ?? `Sign as ${role ?? ''}`}
          >
            {has_lines
              ? task.code === FLUX_TASK
                ? `Sign the changes${forOther}`
                : `Sign ${ledgerAmount(task.amount_minor, currency)}${forOther}`
              : `Sign as done${forOther}`}
          </Button>
        </div>
      )}
    </footer>
  );
}

function Signature({
  task,
  currency,
  has_lines,
  role,
  onWithdraw,
}: {
  readonly task: CloseTaskView;
  readonly currency: string;
  readonly has_lines: boolean;
  readonly role: SignoffView['role'];
  readonly onWithdraw: () => void;
}) {
  const now_ms = useNow();
  const signature = signatureOf(task, role);
  const reached_ms = signature ? reachedServerMs(signature) : null;
  const named = role === 'preparer' ? task.owner : task.reviewer;
  const withdrawn = withdrawalOf(task, role);
  const taken = withdrawn
    ? `${withdrawn.state === 'accepted' ? '' : '≈ '}${withdrawn.user_name} withdrew ${moment(withdrawn.at_ms, now_ms)}: ${withdrawn.reason}`
    : null;
  const who = signature?.user_name ?? named;
  const verb = role === 'preparer' ? (signature ? 'Prepared by' : 'Prepares') : signature ? 'Reviewed by' : 'Reviews';
  return (
    <div className={styles['signature']}>
      <span className={styles['badge']} aria-hidden="true">
        {who ? initialsOf(who) : '–'}
      </span>
      <div data-print="said">
        <p>
          {verb} <strong>{who ?? 'anyone with the role'}</strong>
          {signature?.for_user ? ` for ${signature.for_user}` : ''}
          {signature && task.may_withdraw?.signoff_id === signature.id ? (
            <>
              {' '}
              <Button kind="link" keyCap="⇧W" onClick={onWithdraw}>
                Withdraw …
              </Button>
            </>
          ) : null}
        </p>
        {signature ? (
          <>
            <p className={signature.stale ? styles['void'] : ''}>
              {signature.state === 'accepted' ? '' : '≈ '}
              Signed {moment(signature.signed_at_ms, now_ms)}
              {reached_ms === null ? '' : `, on the server ${moment(reached_ms, now_ms)}`}
              {task.code === FLUX_TASK || !has_lines ? '' : ` on ${ledgerAmount(signature.amount_minor, currency)}`}
            </p>
            {taken !== null ? (
              <p className={styles['taken']} title={taken}>
                {taken}
              </p>
            ) : signature.state === 'accepted' ? (
              <p className={styles['seal']} title={`SHA-256 ${signature.content_hash}, signed on ${signature.device}`}>
                {signature.stale ? `${voidWords(signature)} · ` : ''}seal {sealWords(signature.content_hash)}
                {signature.stale ? '' : ` · ${signature.device}`}
              </p>
            ) : (
              <Status shape={MUTATION_STATES[signature.state].shape}>
                {signature.state === 'pending' ? 'Waits to be sent' : 'Sent, waits for the server'}
              </Status>
            )}
          </>
        ) : (
          <p className={styles[taken === null ? 'seal' : 'taken']} title={taken ?? undefined}>
            {taken === null ? '' : `${taken} · `}
            {role === 'reviewer' && task.state !== 'in_review' ? 'after the preparer' : 'Waits for a signature'}
          </p>
        )}
      </div>
    </div>
  );
}

/** So many of those who brought the changes are named. */
const MOST_NAMED = 3;

function ChangedSince({
  task,
  currency,
  changed,
}: {
  readonly task: CloseTaskView;
  readonly currency: string;
  readonly changed: ReconciliationView['changed'];
}) {
  const last = task.signoffs.findLast((signoff) => signoff.stale && signoff.state === 'accepted');
  if (!last) return null;
  const again = signedAgain(task);
  if (again.length > 0) {
    return (
      <p className={styles['changed']}>
        <Shape shape="bad" /> {inARow(again)} {again.length === 1 ? 'was' : 'were'} signed again after this. Look again,
        then sign again
      </p>
    );
  }
  const change_minor = task.amount_minor - last.amount_minor;
  return (
    <p className={styles['changed']}>
      <Shape shape="bad" /> {/* months of the result beside balances add up to nothing that means something */}
      {task.code === FLUX_TASK
        ? 'Changed since: accounts moved, or words are others'
        : changed !== null
          ? `Changed since: ${sidesWords({ ...changed, ledger_minor: change_minor }, currency)}. By ${namedBy(changed.by)}.`
          : change_minor === 0
            ? `Changed since: the lines differ, the balance is still ${ledgerAmount(task.amount_minor, currency)}`
            : `Changed since: ${signed(ledgerAmount(change_minor, currency), change_minor)}, now ${ledgerAmount(task.amount_minor, currency)}`}
    </p>
  );
}

function namedBy(by: readonly string[]): string {
  const more = by.length - MOST_NAMED;
  return `${by.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** This user's sign-off of the task that the server did not take; undefined when there is none. */
function useRefusedSignoff(task_id: number): OutboxRow | undefined {
  const outbox = useAsk('outbox', { limit: 500 });
  return outbox.data?.rows.find(
    (row) =>
      row.command === 'signCloseTask' &&
      row.args['task_id'] === task_id &&
      (row.state === 'conflict' || row.state === 'rejected' || row.state === 'held'),
  );
}

function Refused({ mutation, onDecide }: { readonly mutation: OutboxRow; readonly onDecide: (id: string) => void }) {
  const now_ms = useNow();
  const at_ms = mutation.reason?.detail?.['at_ms'];
  return (
    <p className={styles['changed']}>
      <Shape shape={MUTATION_STATES[mutation.state].shape} />{' '}
      {mutation.state === 'conflict' ? 'Your sign-off met another: ' : 'Your sign-off was not taken: '}
      {(mutation.reason?.message ?? 'no reason was given').replace(/\.$/, '')}
      {typeof at_ms === 'number' ? `, ${moment(at_ms, now_ms)}` : ''}.{' '}
      <Button kind="link" onClick={() => onDecide(mutation.id)}>
        Decide ›
      </Button>
    </p>
  );
}
