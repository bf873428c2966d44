/** Where in the way down this view is; every step before the last leads back there. */
import { Fragment } from 'react';
import { HERE_ID } from '#renderer/shell/ScreenFrame.tsx';
import styles from './figures.module.css';

export interface Crumb {
  readonly label: string;
  /** Absent where there is nowhere to go: the last one is here. */
  readonly onOpen?: () => void;
}

export function Crumbs({ crumbs }: { readonly crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Way down" className={styles['crumbs']}>
      {crumbs.map((crumb, index) => (
        <Fragment key={`${index}-${crumb.label}`}>
          {index > 0 ? <span aria-hidden="true">›</span> : null}
          {crumb.onOpen ? (
            <button type="button" onClick={crumb.onOpen}>
              {crumb.label}
            </button>
          ) : index < crumbs.length - 1 ? (
            <span>{crumb.label}</span>
          ) : (
            <strong id={HERE_ID} aria-current="location">
              {crumb.label}
            </strong>
          )}
        </Fragment>
      ))}
    </nav>
  );
}
