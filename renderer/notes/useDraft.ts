/** Text being written survives closing the panel and reloading the window, not the session. */
import { useCallback, useState } from 'react';

const PREFIX = 'binnacle.draft.';

export function useDraft(key: string): readonly [string, (text: string) => void] {
  const [text, setText] = useState(() => window.sessionStorage.getItem(PREFIX + key) ?? '');
  const change = useCallback(
    (next: string) => {
      setText(next);
      if (next === '') window.sessionStorage.removeItem(PREFIX + key);
      else window.sessionStorage.setItem(PREFIX + key, next);
    },
    [key],
  );
  return [text, change];
}
