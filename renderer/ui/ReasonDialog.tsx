/** A decision that says why. What is decided stands above the reason; it works without a connection, and says so. */
import { type ReactNode, useState } from 'react';
import { useSyncPill } from '#renderer/client/useContract.ts';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import styles from './dialog.module.css';
import { Field } from './Field.tsx';
import { InlineMessage } from './States.tsx';

/** Said wherever something is decided that the server has to take. */
export const KEPT_OFFLINE = 'Kept on this machine and sent when the connection is back.';

export function ReasonDialog({
  title,
  aside,
  middle = false,
  says,
  button,
  label = 'Why',
  hint,
  reason: given = '',
  least = 1,
  most = 500,
  blocked = false,
  busy,
  problems = [],
  ownFocus = false,
  keeps = true,
  children,
  onDecide,
  onClose,
}: {
  readonly title: string;
  readonly aside?: string;
  readonly middle?: boolean;
  /** What it does, in a sentence. */
  readonly says?: ReactNode;
  /** The effect by name. */
  readonly button: string;
  readonly label?: string;
  /** Who reads the reason, and what comes of it. */
  readonly hint: string;
  /** To begin with. */
  readonly reason?: string;
  /** Characters. */
  readonly least?: number;
  readonly most?: number;
  /** What else is asked for is not there or not right. */
  readonly blocked?: boolean;
  readonly busy: boolean;
  /** Why it was not taken. */
  readonly problems?: readonly (string | null)[];
  /** One of the children takes the focus; otherwise the reason has it. */
  readonly ownFocus?: boolean;
  /** False: it is done at the server at once, or not at all. */
  readonly keeps?: boolean;
  /** What else is asked for. */
  readonly children?: ReactNode;
  readonly onDecide: (reason: string) => void;
  readonly onClose: () => void;
}) {
  const offline = useSyncPill()?.connection === 'offline';
  const [reason, setReason] = useState(given);
  const said = reason.trim();
  const ready = !blocked && !busy && said.length >= least;
  return (
    <Dialog
      open
      middle={middle}
      onClose={onClose}
      title={title}
      aside={aside}
      onSubmit={() => {
        if (ready) onDecide(said);
      }}
      foot={
        <>
          <Button kind="solid" type="submit" disabled={!ready}>
            {button}
          </Button>
          <Button onClick={onClose} keyCap="Esc">
            Leave it
          </Button>
        </>
      }
    >
      {says ? <p className={styles['says']}>{says}</p> : null}
      {children}
      <Field
        label={label}
        maxLength={most}
        autoComplete="off"
        autoFocus={!ownFocus}
        value={reason}
        hint={offline && keeps ? `${hint} ${KEPT_OFFLINE}` : hint}
        onChange={(event) => setReason(event.target.value)}
      />
      {problems
        .filter((problem) => problem !== null)
        .map((problem) => (
          <InlineMessage key={problem} tone="bad">
            {problem}
          </InlineMessage>
        ))}
    </Dialog>
  );
}
