import { beforeEach, describe, expect, test } from 'vitest';
import { connectionLost } from './callError.ts';
import type { ContractClient } from './contractClient.ts';
import { createDraftStore, type DraftStore } from './drafts.ts';

/** The service as drafts see it: what it keeps for whom, and when it is away. */
function service() {
  const kept = new Map<string, string>();
  const saves: string[] = [];
  const sessionListeners = new Set<(data: { signed_in: boolean }) => void>();
  const state = { user: 'planner', away: false };
  const client = {
    on: (_event: string, listener: (data: { signed_in: boolean }) => void) => {
      sessionListeners.add(listener);
      return () => sessionListeners.delete(listener);
    },
    call: (name: string, args: { user_name: string; about: string; text: string }) => {
      if (state.away) return Promise.reject(connectionLost());
      if (name === 'readDraft') return Promise.resolve({ text: kept.get(`${state.user} ${args.about}`) ?? '' });
      if (args.user_name !== state.user) return Promise.reject(connectionLost());
      saves.push(args.text);
      kept.set(`${state.user} ${args.about}`, args.text);
      return Promise.resolve({ kept: true });
    },
  };
  const face: unknown = client;
  return {
    kept,
    saves,
    state,
    client: face as ContractClient,
    session: (signed_in: boolean) => {
      for (const listener of sessionListeners) listener({ signed_in });
    },
  };
}

const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
const about = 'note-item-840';
let there: ReturnType<typeof service>;
let timers: (() => void)[];
let store: DraftStore;
const pass = async () => {
  timers.shift()?.();
  await settled();
};

beforeEach(() => {
  there = service();
  timers = [];
  store = createDraftStore(there.client, (_ms, then) => {
    timers.push(then);
    return () => void timers.splice(timers.indexOf(then), 1);
  });
});

describe('a text that is being typed', () => {
  test('is kept once for a burst of keys', async () => {
    store.open('planner', about);
    await settled();
    for (const text of ['h', 'ha', 'hal', 'half']) store.change('planner', about, text);
    expect(store.text('planner', about)).toBe('half');
    expect(timers).toHaveLength(1);
    await pass();
    expect(there.saves).toEqual(['half']);
    expect(timers).toHaveLength(0);
  });

  test('comes back in a page that was loaded again', async () => {
    there.kept.set(`planner ${about}`, 'half a sentence');
    expect(store.text('planner', about)).toBeUndefined();
    store.open('planner', about);
    await settled();
    expect(store.text('planner', about)).toBe('half a sentence');
    expect(there.saves).toEqual([]);
  });

  test('waits here while the service is away, and is kept when it is back', async () => {
    store.open('planner', about);
    await settled();
    there.state.away = true;
    store.change('planner', about, 'typed meanwhile');
    await pass();
    store.change('planner', about, 'typed meanwhile, and more');
    expect(store.text('planner', about)).toBe('typed meanwhile, and more');
    there.state.away = false;
    await pass();
    expect(there.saves).toEqual(['typed meanwhile, and more']);
  });

  test('outlives a sign-out that nobody asked for, and is never kept for another person', async () => {
    there.state.away = true;
    store.change('planner', about, 'of the planner');
    await pass();
    there.session(false);
    there.state.away = false;
    there.state.user = 'sales';
    there.session(true);
    await settled();
    expect(store.text('sales', about)).toBeUndefined();
    store.open('sales', about);
    await settled();
    expect(store.text('sales', about)).toBe('');
    expect(there.saves).toEqual([]);
    there.session(false);
    there.state.user = 'planner';
    there.session(true);
    await settled();
    expect(there.saves).toEqual(['of the planner']);
    expect(store.text('planner', about)).toBe('of the planner');
  });

  test('that is kept is forgotten here with its person', async () => {
    store.change('planner', about, 'kept');
    await pass();
    there.session(false);
    expect(store.text('planner', about)).toBeUndefined();
  });

  test('that was sent is forgotten at once', async () => {
    store.change('planner', about, 'sent');
    await pass();
    store.change('planner', about, '');
    await settled();
    expect(there.saves).toEqual(['sent', '']);
  });

  test('is handed over when the page goes, without waiting', async () => {
    store.change('planner', about, 'the last wor');
    store.flush();
    await settled();
    expect(there.saves).toEqual(['the last wor']);
  });

  test('that could not be read is read again, and not overwritten by an empty one', async () => {
    there.kept.set(`planner ${about}`, 'kept before');
    there.state.away = true;
    store.open('planner', about);
    await settled();
    expect(store.text('planner', about)).toBeUndefined();
    there.state.away = false;
    await pass();
    expect(store.text('planner', about)).toBe('kept before');
    expect(there.saves).toEqual([]);
  });
});
