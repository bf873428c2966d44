/** A dialog over the screen: focus goes in and comes back, Esc closes. */
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from './Button.tsx';
import styles from './dialog.module.css';

export function Dialog({
  open,
  onClose,
  title,
  aside,
  wide,
  middle,
  foot,
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
  readonly children: ReactNode;
}) {
  return (
    <Base.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className={styles['backdrop'] ?? ''} />
        <Base.Popup className={`${styles['popup']} ${wide ? styles['wide'] : middle ? styles['middle'] : ''}`}>
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
          <div className={styles['body']}>{children}</div>
          {foot ? <footer className={styles['foot']}>{foot}</footer> : null}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
