/** Pasted words that are longer than a line holds: said, kept as a draft, and shortened here. Nothing of them is cut by itself. */
import { useCallback, useId, useMemo, useState } from 'react';
import { MOST_EXPLANATION } from '#domain/close/reconcile/explaining.ts';
import { useDraft } from '#renderer/client/useDraft.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/Button.tsx';
import controls from '#renderer/ui/controls.module.css';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import styles from './close.module.css';
import { type LineWords, pastedWords, readWaiting, waitingWords, wordsProblem, writeWaiting } from './pastedWords.ts';
import type { Reconciling } from './useReconciliation.ts';

export interface PastingWords {
  /** Too long to be kept as they are. */
  readonly waiting: readonly LineWords[];
  readonly shortening: boolean;
  readonly setShortening: (open: boolean) => void;
  readonly paste: (words: readonly LineWords[]) => void;
  readonly change: (words: readonly LineWords[]) => void;
  /** Keeps those that fit by now. */
  readonly keep: () => void;
}

/** What is pasted onto the lines of this task; what is too long waits in the person's own drafts. */
export function usePastingWords(task_id: number, explain: Reconciling['explain']): PastingWords {
  const { text: draft, change: changeDraft } = useDraft(`words-close-${task_id}`);
  const waiting = useMemo(() => readWaiting(draft), [draft]);
  const [shortening, setShortening] = useState(false);
  const change = useCallback((words: readonly LineWords[]) => changeDraft(writeWaiting(words)), [changeDraft]);
  const paste = useCallback(
    (words: readonly LineWords[]) => {
      const { kept, long } = pastedWords(words);
      for (const { line_id, text, seen } of kept) explain(line_id, text, seen);
      if (long.length === 0) return;
      change(waitingWords(waiting, long));
      setShortening(true);
    },
    [explain, change, waiting],
  );
  const keep = useCallback(() => {
    const { kept } = pastedWords(waiting);
    for (const { line_id, text, seen } of kept) explain(line_id, text.trim(), seen);
    const done = new Set(kept.map(({ line_id }) => line_id));
    const left = waiting.filter(({ line_id }) => !done.has(line_id));
    change(left);
    setShortening(left.length > 0);
  }, [waiting, explain, change]);
  return useMemo(
    () => ({ waiting, shortening, setShortening, paste, change, keep }),
    [waiting, shortening, paste, change, keep],
  );
}

export function LongWords({ pasting }: { readonly pasting: PastingWords }) {
  const { waiting, shortening, setShortening } = pasting;
  if (waiting.length === 0) return null;
  return (
    <>
      <p role="alert" className={styles['refusal']}>
        {counted(waiting.length, 'pasted text')} of more than {MOST_EXPLANATION} characters{' '}
        {waiting.length === 1 ? 'waits' : 'wait'} to be shortened.
      </p>
      <Button kind="link" onClick={() => setShortening(true)}>
        Shorten ›
      </Button>
      {shortening ? <ShortenDialog pasting={pasting} onClose={() => setShortening(false)} /> : null}
    </>
  );
}

const ASK = 'Empty: it is not kept.';

function ShortenDialog({ pasting, onClose }: { readonly pasting: PastingWords; readonly onClose: () => void }) {
  const { waiting, change, keep } = pasting;
  const fitting = waiting.filter(({ text }) => wordsProblem(text, ASK) === null).length;
  return (
    <Dialog
      open
      middle
      onClose={onClose}
      title="Words too long for their lines"
      aside={`${MOST_EXPLANATION} characters at the most`}
      onSubmit={() => {
        if (fitting > 0) keep();
      }}
      foot={
        <>
          <Button kind="solid" type="submit" disabled={fitting === 0}>
            {waiting.length === 1 ? 'Keep the words' : `Keep ${fitting} of ${waiting.length}`}
          </Button>
          <Button onClick={() => change([])}>Leave {waiting.length === 1 ? 'it' : 'all'} out</Button>
          <Button onClick={onClose} keyCap="Esc">
            Later
          </Button>
        </>
      }
    >
      {waiting.map((words, at) => (
        <WordsField
          key={words.line_id}
          words={words}
          first={at === 0}
          onText={(text) => change(waiting.map((each) => (each.line_id === words.line_id ? { ...each, text } : each)))}
        />
      ))}
    </Dialog>
  );
}

function WordsField({
  words,
  first,
  onText,
}: {
  readonly words: LineWords;
  readonly first: boolean;
  readonly onText: (text: string) => void;
}) {
  const id = useId();
  const problem = wordsProblem(words.text, ASK);
  return (
    <div className={controls['field']}>
      <label htmlFor={id}>{words.name}</label>
      <textarea
        id={id}
        className={controls['input']}
        rows={5}
        autoFocus={first}
        value={words.text}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-about`}
        onChange={(event) => onText(event.target.value)}
      />
      <div id={`${id}-about`} className={problem === null ? controls['hint'] : controls['wrong']}>
        {problem ?? `${words.text.trim().length} characters.`}
      </div>
    </div>
  );
}
