/** Text being typed survives closing the panel, reloading the window, and the end of the data service. */
import { createContext, useCallback, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import type { DraftStore } from './drafts.ts';

export const DraftContext = createContext<DraftStore | null>(null);

export interface UsedDraft {
  /** '' while nothing was typed; `written` until something was. */
  readonly text: string;
  readonly change: (text: string) => void;
  /** False until what was kept is read: typing before would hide it. */
  readonly ready: boolean;
}

/** `about` names what the text is for: note-item-840. `written` is the text that is being changed, where there is one. */
export function useDraft(about: string, written = ''): UsedDraft {
  const store = useContext(DraftContext);
  if (!store) throw new Error('no drafts above this component');
  const { user_name } = useWorkplace().session;
  const typed = useSyncExternalStore(store.subscribe, () => store.text(user_name, about));
  useEffect(() => store.open(user_name, about), [store, user_name, about]);
  const [touched, setTouched] = useState(false);
  const change = useCallback(
    (text: string) => {
      setTouched(true);
      store.change(user_name, about, text);
    },
    [store, user_name, about],
  );
  // emptied by hand stays empty; nothing typed yet shows what was written
  const text = typed === undefined || (typed === '' && !touched) ? written : typed;
  return { text, change, ready: typed !== undefined };
}
