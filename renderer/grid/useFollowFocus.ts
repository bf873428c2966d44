/** A panel that follows the focus once it rests, so that running through rows reads nothing. */
import { useCallback, useEffect, useRef } from 'react';

const REST_MS = 140;

export function useFollowFocus<Row>(isOpen: boolean, show: (row: Row) => void): (row: Row) => void {
  const resting = useRef<ReturnType<typeof setTimeout> | null>(null);
  const stop = useCallback(() => {
    if (resting.current !== null) clearTimeout(resting.current);
    resting.current = null;
  }, []);
  // A panel that was closed stays closed, and a screen that was left is not gone back to.
  useEffect(() => stop, [isOpen, stop]);
  return useCallback(
    (row: Row) => {
      stop();
      if (isOpen) resting.current = setTimeout(() => show(row), REST_MS);
    },
    [isOpen, show, stop],
  );
}
