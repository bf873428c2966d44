/** The filters of the queue: chips for those in force, a menu for the rest. */
import type { ReactNode } from 'react';
import type { LineState } from '#domain/allocation/servePosition.ts';
import type { CompanyView } from '#contract/queries.ts';
import { dateAfter, weekdayDate } from '#renderer/format/dates.ts';
import { channelEntries, siteEntries, UNMAPPED_CHANNEL } from '#renderer/ui/placeEntries.ts';
import { AddFilter, Chip } from '#renderer/ui/Chip.tsx';
import type { MenuEntry } from '#renderer/ui/Menu.tsx';
import { LINE_STATES, STATE_WORDS } from './queueWords.ts';

const DUE_DAYS = [0, 3, 7, 14] as const;

export function useQueueFilters({
  company,
  as_of_on,
  text,
  setText,
  site_id,
  setSite,
  channel_id,
  setChannel,
  states,
  setStates,
  due_until,
  setDueUntil,
  past_promise,
  setPastPromise,
}: {
  readonly company: CompanyView;
  readonly as_of_on: string | null;
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly site_id: number | null;
  readonly setSite: (site_id: number | null) => void;
  /** 0 = none */
  readonly channel_id: number | null;
  readonly setChannel: (channel_id: number | null) => void;
  readonly states: readonly LineState[];
  readonly setStates: (states: readonly LineState[]) => void;
  readonly due_until: string | null;
  readonly setDueUntil: (due_until: string | null) => void;
  readonly past_promise: boolean;
  readonly setPastPromise: (past_promise: boolean) => void;
}): {
  readonly chips: ReactNode;
  readonly active: readonly { readonly name: string; readonly onRemove: () => void }[];
  readonly clearAll: () => void;
} {
  const site = company.sites.find((each) => each.id === site_id);
  const channel = [...company.channels, UNMAPPED_CHANNEL].find((each) => each.id === channel_id);
  const words = states.map((state) => STATE_WORDS[state].word).join(', ');
  const active = [
    ...(text.trim() === '' ? [] : [{ name: `Contains ${text.trim()}`, onRemove: () => setText('') }]),
    ...(site ? [{ name: `Site is ${site.name}`, onRemove: () => setSite(null) }] : []),
    ...(channel ? [{ name: `Channel is ${channel.name}`, onRemove: () => setChannel(null) }] : []),
    ...(states.length > 0 ? [{ name: `State is ${words}`, onRemove: () => setStates([]) }] : []),
    ...(past_promise ? [{ name: 'Past promise, the stock is there', onRemove: () => setPastPromise(false) }] : []),
    ...(due_until === null ? [] : [{ name: `Due until ${weekdayDate(due_until)}`, onRemove: () => setDueUntil(null) }]),
  ];
  const entries: MenuEntry[] = [
    { kind: 'heading', label: 'State' },
    ...LINE_STATES.map((state) => ({
      kind: 'tick' as const,
      label: STATE_WORDS[state].word,
      hint: STATE_WORDS[state].means,
      ticked: states.includes(state),
      onToggle: (ticked: boolean) =>
        setStates(ticked ? [...states, state] : states.filter((candidate) => candidate !== state)),
    })),
    { kind: 'line' },
    {
      kind: 'tick',
      label: 'Past promise, ready',
      hint: 'the stock is there',
      ticked: past_promise,
      onToggle: setPastPromise,
    },
    { kind: 'line' },
    { kind: 'heading', label: 'Due until' },
    ...(as_of_on === null
      ? []
      : DUE_DAYS.map((days) => {
          const on = dateAfter(as_of_on, days);
          return {
            kind: 'choice' as const,
            label: days === 0 ? 'Today' : `In ${days} days`,
            hint: weekdayDate(on),
            chosen: on === due_until,
            onPick: () => setDueUntil(on === due_until ? null : on),
          };
        })),
    { kind: 'line' },
    ...channelEntries([...company.channels, UNMAPPED_CHANNEL], channel_id, setChannel),
    { kind: 'line' },
    ...siteEntries(company.sites, site_id, setSite),
  ];
  return {
    active,
    clearAll: () => {
      setText('');
      setSite(null);
      setChannel(null);
      setStates([]);
      setDueUntil(null);
      setPastPromise(false);
    },
    chips: (
      <>
        {site ? <Chip field="Site" value={site.code} onRemove={() => setSite(null)} /> : null}
        {channel ? <Chip field="Channel" value={channel.name} onRemove={() => setChannel(null)} /> : null}
        {states.length > 0 ? <Chip field="State" value={words} onRemove={() => setStates([])} /> : null}
        {past_promise ? (
          <Chip field="Past promise" value="stock is there" onRemove={() => setPastPromise(false)} />
        ) : null}
        {due_until === null ? null : (
          <Chip field="Due until" value={weekdayDate(due_until)} onRemove={() => setDueUntil(null)} />
        )}
        <AddFilter entries={entries} />
      </>
    ),
  };
}
