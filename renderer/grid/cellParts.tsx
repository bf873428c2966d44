/** What cells of several parts are made of: a code before a name that gives way, and a small word behind it. */
import type { ReactNode } from 'react';
import styles from './cellParts.module.css';

export function CellCode({ children }: { readonly children: ReactNode }) {
  return <span className={styles['code']}>{children}</span>;
}

/** The only part that is cut where the column is narrow. */
export function CellName({ title, children }: { readonly title?: string | undefined; readonly children: ReactNode }) {
  return (
    <span className={styles['name']} title={title}>
      {children}
    </span>
  );
}

export function CellCount({ children }: { readonly children: ReactNode }) {
  return <span className={styles['count']}>{children}</span>;
}
