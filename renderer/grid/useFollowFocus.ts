/** A panel that follows the focus once it rests, so that running through rows reads nothing. */
import { useCallback, useEffect, useRef } from 'react';

const REST_MS = 140;

interface FollowFocus<Row> {
  readonly follow: (row: Row) => void;
  /** Shows at once what the panel is about to show: a key that acts on the panel is meant for the row with the focus. */
  readonly catchUp: () => Row | null;
}

export function useFollowFocus<Row>(isOpen: boolean, show: (row: Row) => void): FollowFocus<Row> {
  const resting = useRef<{ readonly row: Row; readonly timer: ReturnType<typeof setTimeout> } | null>(null);
  const stop = useCallback(() => {
    if (resting.current !== null) clearTimeout(resting.current.timer);
    resting.current = null;
  }, []);
  // A panel that was closed stays closed, and a screen that was left is not gone back to.
  useEffect(() => stop, [isOpen, stop]);
  const catchUp = useCallback(() => {
    const row = resting.current?.row ?? null;
    stop();
    if (row !== null) show(row);
    return row;
  }, [show, stop]);
  const follow = useCallback(
    (row: Row) => {
      stop();
      if (!isOpen) return;
      const place = window.location.hash;
      // a screen that was left may still be here while the next one is read
      const rest = (): unknown => (window.location.hash === place ? catchUp() : stop());
      resting.current = { row, timer: setTimeout(rest, REST_MS) };
    },
    [isOpen, catchUp, stop],
  );
  return { follow, catchUp };
}
