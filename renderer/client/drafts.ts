/**
 * Text that is being typed. It is shown from here and kept by the replica service, encrypted, within a moment; whatever
 * ends, the page or the service, at most the last words of that moment are lost. A text belongs to who typed it.
 */
import type { ContractClient } from './contractClient.ts';

export interface DraftStore {
  /** undefined until what was kept is read. */
  text(user_name: string, about: string): string | undefined;
  change(user_name: string, about: string, text: string): void;
  /** Reads what was kept, once. */
  open(user_name: string, about: string): void;
  subscribe(listener: () => void): () => void;
  /** Hands over at once what is not kept yet: the page is about to go. */
  flush(): void;
}

interface Draft {
  readonly user_name: string;
  readonly about: string;
  text: string | undefined;
  /** What the service is known to have. */
  kept: string;
  saving: boolean;
  reading: boolean;
}

/** Shorter than a pause between two words. */
const SAVE_AFTER_MS = 250;
const TRY_AGAIN_MS = 1000;

export function createDraftStore(
  client: Pick<ContractClient, 'call' | 'on'>,
  delay: (ms: number, then: () => void) => () => void,
): DraftStore {
  const drafts = new Map<string, Draft>();
  const listeners = new Set<() => void>();
  let stopTimer: (() => void) | null = null;

  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const draftOf = (user_name: string, about: string): Draft => {
    const key = keyOf({ user_name, about });
    const known = drafts.get(key);
    if (known) return known;
    const made: Draft = { user_name, about, text: undefined, kept: '', saving: false, reading: false };
    drafts.set(key, made);
    return made;
  };
  const saveLater = (ms: number): void => {
    stopTimer ??= delay(ms, () => {
      stopTimer = null;
      flush();
    });
  };

  function flush(): void {
    for (const draft of drafts.values()) void save(draft);
  }
  async function save(draft: Draft): Promise<void> {
    const { user_name, about, text } = draft;
    if (text === undefined || text === draft.kept || draft.saving) return;
    draft.saving = true;
    try {
      await client.call('saveDraft', { user_name, about, text });
      draft.kept = text;
    } catch {
      // signed out, or the service is being started: it stays here and is tried again
      saveLater(TRY_AGAIN_MS);
    } finally {
      draft.saving = false;
    }
    if (draft.text !== draft.kept) saveLater(SAVE_AFTER_MS);
  }

  function read(draft: Draft): void {
    if (draft.text !== undefined || draft.reading) return;
    draft.reading = true;
    client.call('readDraft', { about: draft.about }).then(
      ({ text }) => {
        draft.reading = false;
        draft.kept = text;
        draft.text ??= text;
        tell();
      },
      () => {
        draft.reading = false;
        // an empty editor would hide what is kept, and overwrite it with the first key
        delay(TRY_AGAIN_MS, () => {
          if (drafts.get(keyOf(draft)) === draft) read(draft);
        });
      },
    );
  }

  client.on('session', ({ signed_in }) => {
    if (signed_in) return flush();
    // nothing of who left stays here, but what could not be kept yet
    for (const [key, draft] of drafts) {
      if (draft.text === undefined || draft.text === draft.kept) drafts.delete(key);
    }
  });

  return {
    text: (user_name, about) => drafts.get(keyOf({ user_name, about }))?.text,
    change: (user_name, about, text) => {
      const draft = draftOf(user_name, about);
      draft.text = text;
      tell();
      // what was sent must not come back as a draft
      if (text === '') void save(draft);
      else saveLater(SAVE_AFTER_MS);
    },
    open: (user_name, about) => read(draftOf(user_name, about)),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    flush,
  };
}

/** A user name has no space. */
function keyOf({ user_name, about }: Pick<Draft, 'user_name' | 'about'>): string {
  return `${user_name} ${about}`;
}
