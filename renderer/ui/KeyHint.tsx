import styles from './controls.module.css';

/** A key cap. Decoration for the eye: the words beside it carry the meaning. */
export function KeyHint({ cap }: { readonly cap: string }) {
  return (
    <kbd className={styles['kbd']} aria-hidden="true">
      {cap}
    </kbd>
  );
}
