/** Shapes that say a state before its colour does, and the shapes of the four channels. */
import type { ReactNode } from 'react';
import styles from './marks.module.css';

export type MarkShape =
  /** ▲ bad */
  | 'bad'
  /** ◇ warn */
  | 'warn'
  /** ● good */
  | 'good'
  /** ✓ done */
  | 'done'
  /** ◐ under way */
  | 'working'
  /** ○ notable, not bad */
  | 'ring'
  /** dotted ring: waiting */
  | 'waiting'
  /** ⊘ refused */
  | 'refused'
  /** padlock */
  | 'locked';

const TONE: Readonly<Record<MarkShape, string | undefined>> = {
  bad: styles['bad'],
  warn: styles['warn'],
  good: styles['good'],
  done: styles['good'],
  working: styles['accent'],
  ring: styles['accent'],
  waiting: styles['quiet'],
  refused: styles['quiet'],
  locked: styles['quiet'],
};

export function Shape({ shape, size = 11 }: { readonly shape: MarkShape; readonly size?: number }) {
  return (
    <svg
      className={`${styles['shape']} ${TONE[shape]}`}
      width={size}
      height={size}
      viewBox="0 0 12 12"
      aria-hidden="true"
    >
      {SHAPES[shape]}
    </svg>
  );
}

const SHAPES: Readonly<Record<MarkShape, ReactNode>> = {
  bad: <path d="M6 1 11.5 11H.5Z" fill="currentColor" />,
  warn: <path d="M6 1.2 10.8 6 6 10.8 1.2 6Z" fill="none" stroke="currentColor" strokeWidth="1.7" />,
  good: <circle cx="6" cy="6" r="3.6" fill="currentColor" />,
  done: <path d="m1.5 6.4 3 3 6-6.8" fill="none" stroke="currentColor" strokeWidth="2.1" />,
  working: (
    <>
      <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 1.6a4.4 4.4 0 0 1 0 8.8Z" fill="currentColor" />
    </>
  ),
  ring: <circle cx="6" cy="6" r="4.1" fill="none" stroke="currentColor" strokeWidth="1.9" />,
  waiting: (
    <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="1.7 1.75" />
  ),
  refused: (
    <>
      <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="m3 9 6-6" stroke="currentColor" strokeWidth="1.5" />
    </>
  ),
  locked: (
    <>
      <rect x="2.2" y="5.4" width="7.6" height="5.6" rx="1" fill="none" stroke="currentColor" strokeWidth="1.3" />
      <path d="M4 5.2V3.8a2 2 0 0 1 4 0v1.4" fill="none" stroke="currentColor" strokeWidth="1.3" />
    </>
  ),
};

/** Shape and word together; only a bad word takes the colour too, unless `calm`. */
export function Status({
  shape,
  calm = false,
  children,
}: {
  readonly shape: MarkShape;
  readonly calm?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <span className={styles['status']}>
      <Shape shape={shape} />
      <span className={shape === 'bad' && !calm ? styles['badWord'] : undefined}>{children}</span>
    </span>
  );
}

const CHANNEL_COLOUR: Readonly<Record<string, string>> = {
  inside_sales: 'var(--channel-inside)',
  key_accounts: 'var(--channel-key)',
  ecommerce: 'var(--channel-ecommerce)',
  counter: 'var(--channel-counter)',
};

/** The colour a channel keeps in every chart and table. */
export function channelColour(kind: string): string {
  return CHANNEL_COLOUR[kind] ?? 'var(--channel-unmapped)';
}

/** ■ inside sales ◆ key accounts ▲ e-commerce ● counters, hatched when unmapped. */
export function ChannelMark({ kind, size = 10 }: { readonly kind: string; readonly size?: number }) {
  return (
    <svg
      className={styles['shape']}
      width={size}
      height={size}
      viewBox="0 0 12 12"
      style={{ color: channelColour(kind) }}
      aria-hidden="true"
    >
      {channelPath(kind)}
    </svg>
  );
}

function channelPath(kind: string): ReactNode {
  switch (kind) {
    case 'inside_sales':
      return <rect x="1.5" y="1.5" width="9" height="9" fill="currentColor" />;
    case 'key_accounts':
      return <path d="M6 .6 11.4 6 6 11.4.6 6Z" fill="currentColor" />;
    case 'ecommerce':
      return <path d="M6 1 11.5 10.6H.5Z" fill="currentColor" />;
    case 'counter':
      return <circle cx="6" cy="6" r="4.8" fill="currentColor" />;
    default:
      return (
        <>
          <rect x="1.6" y="1.6" width="8.8" height="8.8" fill="none" stroke="currentColor" strokeWidth="1.3" />
          <path d="M2 6.5 6.5 2M2 10 10 2M5.5 10 10 5.5" stroke="currentColor" strokeWidth="1" />
        </>
      );
  }
}
