import { useState } from 'react';
import { integer } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';

/** Ctrl G: which of the rows to stand on. */
export function GoToRow({
  rows,
  onGo,
  onClose,
}: {
  readonly rows: number;
  /** Counted from 0. */
  readonly onGo: (row: number) => void;
  readonly onClose: () => void;
}) {
  const [text, setText] = useState('');
  const row = Number(text.replaceAll(/[,\s]/g, ''));
  const there = Number.isInteger(row) && row >= 1 && row <= rows;
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => {
        if (there) onGo(row - 1);
      }}
      title="Go to row"
      foot={
        <Button kind="solid" type="submit" disabled={!there}>
          Go to row
        </Button>
      }
    >
      <Field
        label={`Row, 1 to ${integer(rows)}`}
        inputMode="numeric"
        autoFocus
        value={text}
        wrong={text === '' || there ? null : `There are rows 1 to ${integer(rows)}.`}
        onChange={(event) => setText(event.target.value)}
      />
    </Dialog>
  );
}
