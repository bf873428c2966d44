/** The sync pill: always top right. Shape and words change with the colour; its width grows to the left only. */
import { useLocation } from 'wouter';
import type { SyncPill as Pill } from '#contract/events.ts';
import type { LinkState } from '#renderer/client/contractClient.ts';
import { useLinkState, useSyncPill } from '#renderer/client/useContract.ts';
import { clock, clockSeconds } from '#renderer/format/dates.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import { type MarkShape, Shape } from '#renderer/ui/Mark.tsx';
import styles from './shell.module.css';

export interface PillWords {
  readonly shape: MarkShape;
  readonly state: string;
  /** Beside the state, quiet: the time of the figures. */
  readonly time: string | null;
  readonly waiting: string | null;
  readonly needsYou: string | null;
  readonly warns: boolean;
}

/** What the pill says for a state of the connection and the outbox. */
export function pillWords(pill: Pill, link: LinkState): PillWords {
  const needsYou =
    pill.needs_you > 0 ? `${integer(pill.needs_you)} ${pill.needs_you === 1 ? 'needs' : 'need'} you` : null;
  const waiting = (verb: string): string | null =>
    pill.waiting > 0 ? `${counted(pill.waiting, 'change')} ${verb}` : null;
  if (link === 'lost') {
    return { shape: 'warn', state: 'Reconnecting', time: null, waiting: waiting('waiting'), needsYou, warns: true };
  }
  switch (pill.connection) {
    case 'offline':
      return {
        shape: 'warn',
        state: `Offline since ${clock(pill.since_ms)}`,
        time: null,
        waiting: waiting('waiting'),
        needsYou,
        warns: true,
      };
    case 'sign_in_needed':
      return {
        shape: 'warn',
        state: 'Sign in to send',
        time: null,
        waiting: waiting('waiting'),
        needsYou,
        warns: true,
      };
    case 'syncing':
      return {
        shape: 'working',
        state: pill.as_of_ms === null || pill.progress ? 'Loading' : 'Live',
        time: pill.progress ? `${integer(pill.progress.rows)} rows` : null,
        waiting: waiting('sending'),
        needsYou,
        warns: false,
      };
    case 'live':
      return {
        shape: pill.waiting > 0 ? 'working' : 'good',
        state: 'Live',
        time: pill.waiting > 0 || needsYou || pill.as_of_ms === null ? null : clockSeconds(pill.as_of_ms),
        waiting: waiting('sending'),
        needsYou,
        warns: false,
      };
  }
}

export function SyncPill() {
  const pill = useSyncPill();
  const link = useLinkState();
  const [, navigate] = useLocation();
  if (!pill) return null;
  const words = pillWords(pill, link);
  return (
    <button
      type="button"
      className={`${styles['pill']} ${words.warns ? styles['pillWarns'] : ''}`}
      onClick={() => navigate('/sync')}
      title="Open Sync"
    >
      <Shape shape={words.shape} size={11} />
      <span className={styles['pillState']}>{words.state}</span>
      {words.time ? <span className={styles['pillTime']}>{words.time}</span> : null}
      {words.waiting ? <span className={styles['pillPart']}>{words.waiting}</span> : null}
      {words.needsYou ? (
        <span className={`${styles['pillPart']} ${styles['pillBad']}`}>
          <Shape shape="bad" size={10} /> {words.needsYou}
        </span>
      ) : null}
    </button>
  );
}
