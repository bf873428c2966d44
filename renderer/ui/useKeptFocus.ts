/** A part whose buttons go, or can be pressed no more, by what they do: the focus then goes on where the keys act. */
import { type RefObject, useEffect, useRef } from 'react';
import { canHold, focusAgain, focusNow } from './returnFocus.ts';

export function useKeptFocus(part: RefObject<HTMLElement | null>): void {
  /** What of the part had the focus when it was drawn last, or got it since. */
  const held = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const element = part.current;
    const got = (): void => {
      held.current = focusNow();
    };
    element?.addEventListener('focusin', got);
    return () => element?.removeEventListener('focusin', got);
  }, [part]);
  // after every drawing: it is a drawing that takes a button away
  useEffect(() => {
    const before = held.current;
    if (before === null || canHold(before)) return;
    held.current = null;
    const at = focusNow();
    // whoever went elsewhere meanwhile stays there
    if (at === null || at === before) focusAgain(before)?.focus({ preventScroll: true });
  });
}
