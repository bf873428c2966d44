/**
 * Keys of the shell and of the screen in view: one list feeds the key handler, the foot bar and the '?' overlay.
 * Single characters act only while a grid or board has the focus and nothing is edited, and can be switched off.
 */
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from 'react';
import { usePreferenceStore } from './preferences.ts';

export interface KeyAction {
  /** As KeyboardEvent.key ('f', '[', 'Escape', '?'), with 'ctrl+' (also Cmd) or 'shift+' before it. */
  readonly key: string;
  /** As shown on the key cap: 'F', 'Ctrl C', '←→'. */
  readonly cap: string;
  /** Verb for the foot bar: 'filter'. */
  readonly word: string;
  /** Sentence for the overlay; the word serves when absent. */
  readonly help?: string;
  /** Absent: the focused part handles the key itself and it is only shown. */
  readonly run?: () => void;
  /** Also outside grids and boards (still never while typing). */
  readonly everywhere?: boolean;
  /** Left out of the foot bar. */
  readonly quiet?: boolean;
}

interface KeyList {
  readonly add: (group: string, actions: readonly KeyAction[]) => () => void;
  readonly groups: () => readonly KeyGroup[];
  readonly subscribe: (listener: () => void) => () => void;
}
export interface KeyGroup {
  readonly group: string;
  readonly actions: readonly KeyAction[];
}

const KeysContext = createContext<KeyList | null>(null);

function editing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('textarea, select, [role="combobox"], [role="menu"]')) return true;
  const input = target.closest('input');
  return input !== null && !['checkbox', 'radio', 'button'].includes(input.type);
}

function inBoard(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('[data-keys]') !== null;
}

export function KeysProvider({ children }: { readonly children: ReactNode }) {
  const preferences = usePreferenceStore();
  const list = useRef<KeyGroup[]>([]);
  const listeners = useRef(new Set<() => void>());

  const changed = useCallback((next: KeyGroup[]) => {
    list.current = next;
    for (const listener of listeners.current) listener();
  }, []);

  const value = useMemo<KeyList>(
    () => ({
      add(group, actions) {
        const entry = { group, actions };
        changed([...list.current, entry]);
        return () => changed(list.current.filter((other) => other !== entry));
      },
      groups: () => list.current,
      subscribe(listener) {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [changed],
  );

  useEffect(() => {
    // Asked before anything reacts: the Esc that closes a dialog or menu must not close what lies below it too.
    let covered = false;
    const look = (): void => {
      covered = document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null;
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || event.altKey) return;
      const held = event.ctrlKey || event.metaKey;
      const single = event.key.length === 1 && !held;
      if (editing(event.target) && (single || event.key === 'Escape')) return;
      if (single && !preferences.getState().single_letter_keys) return;
      if (covered) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const letter = /^[a-z]$/.test(key);
      const name = `${held ? 'ctrl+' : ''}${event.shiftKey && letter ? 'shift+' : ''}${key}`;
      // The screen in view was added last and wins over the shell.
      for (const { actions } of list.current.toReversed()) {
        const action = actions.find((candidate) => candidate.run && candidate.key === name);
        if (!action?.run) continue;
        if (single && !action.everywhere && !inBoard(event.target)) continue;
        event.preventDefault();
        action.run();
        return;
      }
    };
    window.addEventListener('keydown', look, true);
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('keydown', look, true);
      window.removeEventListener('keydown', onKey);
    };
  }, [preferences]);

  return <KeysContext value={value}>{children}</KeysContext>;
}

function useKeyList(): KeyList {
  const list = useContext(KeysContext);
  if (!list) throw new Error('no key list above this component');
  return list;
}

/** Makes keys act and show while the component lives. Keep `actions` stable (useMemo). */
export function useKeys(group: string, actions: readonly KeyAction[]): void {
  const list = useKeyList();
  useEffect(() => list.add(group, actions), [list, group, actions]);
}

/** Every group now active, for the overlay. */
export function useKeyGroups(): readonly KeyGroup[] {
  const list = useKeyList();
  return useSyncExternalStore(list.subscribe, list.groups);
}
