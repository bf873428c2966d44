/** The frame of every screen: header, tools, body, foot bar, and the right panel beside all of them. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef } from 'react';
import { KeyHint } from '#renderer/ui/KeyHint.tsx';
import styles from './frame.module.css';
import { useKeyGroups } from './keys.tsx';
import { usePreference, usePreferenceStore } from './preferences.ts';

export const PANEL_MIN_PX = 332;
export const PANEL_MAX_PX = 384;

/** Of the words that name the screen, in a title made of more than them. */
export const HERE_ID = 'here';

export function ScreenFrame({
  title,
  subtitle,
  headerRight,
  figures,
  tools,
  children,
  facts,
  panel,
  panelLabel = 'Working',
  panelWidth_px,
  panelTakesFocus = false,
}: {
  readonly title: ReactNode;
  readonly subtitle?: ReactNode;
  /** Views or buttons at the right of the header. */
  readonly headerRight?: ReactNode;
  /** A strip of figures between header and tools. */
  readonly figures?: ReactNode;
  /** The 36 px tool line; leave out where there is none. */
  readonly tools?: ReactNode;
  readonly children: ReactNode;
  /** Right side of the foot: selection sums, rows, time. */
  readonly facts?: ReactNode;
  readonly panel?: ReactNode;
  readonly panelLabel?: string;
  /** Fixed width, such as 464 for a conflict; otherwise the person's own. */
  readonly panelWidth_px?: number;
  /** Somebody was sent to what is in it: it has the focus when it opens and nothing else has. */
  readonly panelTakesFocus?: boolean;
}) {
  return (
    <div className={styles['frame']}>
      <main className={styles['main']}>
        <header className={styles['header']}>
          <h1 aria-labelledby={typeof title === 'string' ? undefined : HERE_ID}>{title}</h1>
          <span className={styles['subtitle']} data-print="said">
            {subtitle}
          </span>
          <div className={styles['right']}>{headerRight}</div>
        </header>
        {figures}
        {tools ? <div className={styles['tools']}>{tools}</div> : null}
        <div className={styles['body']}>{children}</div>
        <FootBar facts={facts} />
      </main>
      {panel ? (
        <PanelSlot
          label={panelLabel}
          takesFocus={panelTakesFocus}
          {...(panelWidth_px ? { fixed_px: panelWidth_px } : {})}
        >
          {panel}
        </PanelSlot>
      ) : null}
    </div>
  );
}

/** Keys of the screen in view left, facts right. */
function FootBar({ facts }: { readonly facts: ReactNode }) {
  const keys = useKeyGroups()
    .flatMap((group) => group.actions)
    .filter((action) => !action.quiet);
  return (
    <footer className={styles['foot']}>
      <div className={styles['keys']}>
        {keys.map((action) => (
          <span key={`${action.cap} ${action.word}`}>
            <KeyHint cap={action.cap} /> {action.word}
          </span>
        ))}
      </div>
      <div className={styles['facts']}>{facts}</div>
    </footer>
  );
}

function PanelSlot({
  label,
  takesFocus,
  fixed_px,
  children,
}: {
  readonly label: string;
  readonly takesFocus: boolean;
  readonly fixed_px?: number;
  readonly children: ReactNode;
}) {
  const store = usePreferenceStore();
  const chosen = usePreference((preferences) => preferences.panel_width_px);
  const width = fixed_px ?? Math.min(PANEL_MAX_PX, Math.max(PANEL_MIN_PX, chosen));
  const slot = useRef<HTMLElement>(null);
  const takes = useRef(takesFocus);
  useEffect(() => {
    const held = document.activeElement;
    if (!takes.current || (held !== null && held !== document.body)) return;
    // its body scrolls by the arrows, and Tab goes on from there
    slot.current?.querySelector<HTMLElement>('[data-panel-body]')?.focus();
  }, []);
  const start = useRef<{ x: number; width: number } | null>(null);

  const resize = (next: number): void =>
    store.setState({ panel_width_px: Math.min(PANEL_MAX_PX, Math.max(PANEL_MIN_PX, Math.round(next))) });

  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowLeft' ? 8 : event.key === 'ArrowRight' ? -8 : 0;
    if (by === 0) return;
    event.preventDefault();
    resize(width + by);
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { x: event.clientX, width };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    if (start.current) resize(start.current.width + start.current.x - event.clientX);
  };

  return (
    <aside ref={slot} className={styles['panel']} aria-label={label} style={{ width }}>
      {fixed_px === undefined ? (
        // A splitter is a focusable separator by ARIA; no native element has that role and moves.
        <div
          className={styles['splitter']}
          role="separator"
          tabIndex={0}
          aria-label="Panel width"
          aria-orientation="vertical"
          aria-valuenow={width}
          aria-valuemin={PANEL_MIN_PX}
          aria-valuemax={PANEL_MAX_PX}
          onKeyDown={onKeyDown}
          onPointerDown={onPointerDown}
          onPointerMove={onPointerMove}
          onPointerUp={() => {
            start.current = null;
          }}
        />
      ) : null}
      {children}
    </aside>
  );
}
