/** A dialog over the screen: focus goes in and comes back, Esc closes. */
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { IconButton } from './Button.tsx';
import styles from './dialog.module.css';
import { focusAgain, focusNow } from './returnFocus.ts';

/** The focus goes in as the dialog is drawn, not a frame later: keys typed until then would act on the grid below it. */
function takeFocus(popup: HTMLElement | null): void {
  if (popup === null || popup.contains(document.activeElement)) return;
  (popup.querySelector<HTMLElement>('a[href], button:enabled, input:enabled, [tabindex="0"]') ?? popup).focus();
}

export function Dialog({
  open,
  onClose,
  title,
  aside,
  wide,
  middle,
  foot,
  onSubmit,
  children,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  /** Small facts beside the title. */
  readonly aside?: ReactNode;
  readonly wide?: boolean;
  /** Between the usual width and `wide`. */
  readonly middle?: boolean;
  /** Buttons, the solid one first. */
  readonly foot?: ReactNode;
  /** The body is a form with room around it; a submit button in the foot sends it. */
  readonly onSubmit?: () => void;
  readonly children: ReactNode;
}) {
  const [from, setFrom] = useState({ open, focus: open ? focusNow() : null });
  if (from.open !== open) setFrom({ open, focus: open ? focusNow() : null });
  const inside = (
    <>
      <div className={`${styles['body']} ${onSubmit ? styles['padded'] : ''}`}>{children}</div>
      {foot ? <footer className={styles['foot']}>{foot}</footer> : null}
    </>
  );
  return (
    <Base.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className={styles['backdrop'] ?? ''} />
        <Base.Popup
          ref={takeFocus}
          className={`${styles['popup']} ${wide ? styles['wide'] : middle ? styles['middle'] : ''}`}
          finalFocus={() => focusAgain(from.focus) ?? true}
        >
          <header className={styles['header']}>
            <Base.Title className={styles['title'] ?? ''}>{title}</Base.Title>
            <span className={styles['aside']}>{aside}</span>
            <Base.Close
              render={
                <IconButton label="Close">
                  <X size={15} aria-hidden="true" />
                </IconButton>
              }
            />
          </header>
          {onSubmit ? (
            <form
              className={styles['form']}
              onSubmit={(event) => {
                event.preventDefault();
                // Dialogs open from within other forms: their submit is their own.
                event.stopPropagation();
                onSubmit();
              }}
            >
              {inside}
            </form>
          ) : (
            inside
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
