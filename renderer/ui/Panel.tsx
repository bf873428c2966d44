/** The right panel: the working behind a figure. Sections of labelled rows, actions at the foot. */
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from './Button.tsx';
import styles from './panel.module.css';

export function Panel({
  title,
  aside,
  onClose,
  actions,
  children,
}: {
  readonly title: ReactNode;
  readonly aside?: ReactNode;
  readonly onClose: () => void;
  /** Buttons at the foot, the solid one first. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <>
      <header className={styles['header']}>
        <h2>{title}</h2>
        <span className={styles['aside']}>{aside}</span>
        <IconButton label="Close panel (Esc)" onClick={onClose}>
          <X size={15} aria-hidden="true" />
        </IconButton>
      </header>
      <div className={styles['body']} tabIndex={-1} data-panel-body="">
        {children}
      </div>
      {actions ? <footer className={styles['actions']}>{actions}</footer> : null}
    </>
  );
}

export function PanelSection({
  title,
  aside,
  children,
}: {
  readonly title?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className={styles['section']}>
      {title ? (
        <header>
          <h3>{title}</h3>
          {aside ? <small>{aside}</small> : null}
        </header>
      ) : null}
      {children}
    </section>
  );
}

/** 'On hand   counted 28 Oct   24,600' */
export function PanelRow({
  label,
  note,
  value,
  total = false,
}: {
  readonly label: ReactNode;
  readonly note?: ReactNode;
  readonly value: ReactNode;
  readonly total?: boolean;
}) {
  return (
    <div className={`${styles['pair']} ${total ? styles['total'] : ''}`}>
      <span>{label}</span>
      <span className={styles['note']}>{note}</span>
      <span className={styles['value']}>{value}</span>
    </div>
  );
}

/** Rows that are more than a label and a value: of one line each, or with `blocks` as high as what they say. */
export function PanelList({
  blocks = false,
  ordered = false,
  children,
}: {
  readonly blocks?: boolean;
  readonly ordered?: boolean;
  /** `li` elements. */
  readonly children: ReactNode;
}) {
  const List = ordered ? 'ol' : 'ul';
  return <List className={blocks ? styles['blocks'] : styles['list']}>{children}</List>;
}

/** A dotted link inside figures: the way down to the rows. */
export function DrillLink({ onClick, children }: { readonly onClick: () => void; readonly children: ReactNode }) {
  return (
    <button type="button" className={styles['drill']} onClick={onClick}>
      {children}
    </button>
  );
}
