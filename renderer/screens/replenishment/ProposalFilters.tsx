/** The filters of the proposals: chips for those in force, a menu for the rest. */
import { type ReactNode, useMemo, useState } from 'react';
import type { CompanyView, QueryInput, ReplenishmentState } from '#contract/queries.ts';
import type { GridViewSetting } from '#contract/queries/gridView.ts';
import { dateAfter, shortDate } from '#renderer/format/dates.ts';
import { settingOf } from '#renderer/grid/gridViews.ts';
import { siteEntries } from '#renderer/ui/placeEntries.ts';
import { AddFilter, Chip } from '#renderer/ui/Chip.tsx';
import type { MenuEntry } from '#renderer/ui/Menu.tsx';
import { REPLENISHMENT_STATE_WORDS } from './stateWords.ts';

type FilterArguments = Pick<
  QueryInput<'replenishment'>,
  'text' | 'site_id' | 'owner' | 'order_by_until' | 'states' | 'kind'
>;

interface Chosen {
  readonly site_id: number | null;
  readonly mine: boolean;
  /** ISO date */
  readonly until: string | null;
  readonly states: readonly ReplenishmentState[];
  readonly kind: 'buy' | 'transfer' | null;
}
const NOTHING: Chosen = { site_id: null, mine: false, until: null, states: [], kind: null };
const STATES = Object.keys(REPLENISHMENT_STATE_WORDS) as ReplenishmentState[];
const WITHIN = [0, 2, 5, 14] as const;

export function useProposalFilters(
  company: CompanyView,
  user_name: string,
  arrived: { readonly code: string; readonly site_id: number } | null,
): {
  readonly args: FilterArguments;
  readonly text: string;
  readonly setText: (text: string) => void;
  /** Days are counted from the one the list speaks of. */
  readonly chips: (as_of_on: string | null) => ReactNode;
  readonly active: readonly { readonly name: string; readonly onRemove: () => void }[];
  readonly clearAll: () => void;
  /** As a saved view keeps them, and brings them back. */
  readonly settings: Readonly<Record<string, GridViewSetting>>;
  readonly apply: (settings: Readonly<Record<string, GridViewSetting>>) => void;
} {
  const [text, setText] = useState(arrived?.code ?? '');
  const [chosen, setChosen] = useState<Chosen>(arrived === null ? NOTHING : { ...NOTHING, site_id: arrived.site_id });
  const change = (more: Partial<Chosen>): void => setChosen((now) => ({ ...now, ...more }));
  const site = company.sites.find((each) => each.id === chosen.site_id);
  const { until } = chosen;
  const args = useMemo(
    (): FilterArguments => ({
      ...(text.trim() ? { text: text.trim() } : {}),
      ...(chosen.site_id === null ? {} : { site_id: chosen.site_id }),
      ...(chosen.mine ? { owner: user_name } : {}),
      ...(chosen.until === null ? {} : { order_by_until: chosen.until }),
      ...(chosen.states.length > 0 ? { states: [...chosen.states] } : {}),
      ...(chosen.kind === null ? {} : { kind: chosen.kind }),
    }),
    [text, chosen, user_name],
  );
  const words = chosen.states.map((each) => REPLENISHMENT_STATE_WORDS[each]);
  const kindWord = chosen.kind === 'buy' ? 'buy' : 'transfer';
  const active = [
    ...(text.trim() === '' ? [] : [{ name: `Item contains ${text.trim()}`, onRemove: () => setText('') }]),
    ...(site ? [{ name: `Site is ${site.name}`, onRemove: () => change({ site_id: null }) }] : []),
    ...(until ? [{ name: `Order by to ${shortDate(until)}`, onRemove: () => change({ until: null }) }] : []),
    ...(chosen.mine ? [{ name: 'Planner is me', onRemove: () => change({ mine: false }) }] : []),
    ...(words.length > 0 ? [{ name: `State is ${words.join(' or ')}`, onRemove: () => change({ states: [] }) }] : []),
    ...(chosen.kind ? [{ name: `Kind is ${kindWord}`, onRemove: () => change({ kind: null }) }] : []),
  ];
  const entries = (as_of_on: string | null): MenuEntry[] => [
    { kind: 'heading', label: 'Order by' },
    ...(as_of_on === null ? [] : WITHIN.map((days) => ({ days, on: dateAfter(as_of_on, days) }))).map(
      ({ days, on }) => ({
        kind: 'choice' as const,
        label: days === 0 ? 'today' : `to ${shortDate(on)}`,
        chosen: until === on,
        onPick: () => change({ until: until === on ? null : on }),
      }),
    ),
    { kind: 'line' },
    {
      kind: 'tick',
      label: 'Planner is me',
      ticked: chosen.mine,
      onToggle: (mine) => change({ mine }),
    },
    {
      kind: 'choice',
      label: 'To buy',
      chosen: chosen.kind === 'buy',
      onPick: () => change({ kind: chosen.kind === 'buy' ? null : 'buy' }),
    },
    {
      kind: 'choice',
      label: 'To transfer',
      chosen: chosen.kind === 'transfer',
      onPick: () => change({ kind: chosen.kind === 'transfer' ? null : 'transfer' }),
    },
    { kind: 'line' },
    { kind: 'heading', label: 'State' },
    ...STATES.map((state) => ({
      kind: 'tick' as const,
      label: REPLENISHMENT_STATE_WORDS[state],
      ticked: chosen.states.includes(state),
      onToggle: (on: boolean) =>
        change({ states: on ? [...chosen.states, state] : chosen.states.filter((each) => each !== state) }),
    })),
    { kind: 'line' },
    ...siteEntries(company.sites, chosen.site_id, (site_id) => change({ site_id })),
  ];
  return {
    args,
    text,
    setText,
    active,
    settings: { text, ...chosen, states: [...chosen.states] },
    apply: (settings) => {
      const { site_id, until } = settings;
      setText(typeof settings['text'] === 'string' ? settings['text'] : '');
      setChosen({
        site_id: company.sites.find((each) => each.id === site_id)?.id ?? null,
        mine: settings['mine'] === true,
        until: typeof until === 'string' ? until : null,
        states: STATES.filter((each) => Array.isArray(settings['states']) && settings['states'].includes(each)),
        kind: settingOf(settings, 'kind', ['buy', 'transfer'] as const) ?? null,
      });
    },
    clearAll: () => {
      setText('');
      setChosen(NOTHING);
    },
    chips: (as_of_on) => (
      <>
        {until ? (
          <Chip field="Order by" value={`to ${shortDate(until)}`} onRemove={() => change({ until: null })} />
        ) : null}
        {chosen.mine ? <Chip field="Planner" value="me" onRemove={() => change({ mine: false })} /> : null}
        {chosen.kind ? <Chip field="Kind" value={kindWord} onRemove={() => change({ kind: null })} /> : null}
        {words.length > 0 ? (
          <Chip field="State" value={words.join(', ')} onRemove={() => change({ states: [] })} />
        ) : null}
        {site ? <Chip field="Site" value={site.code} onRemove={() => change({ site_id: null })} /> : null}
        <AddFilter entries={entries(as_of_on)} />
      </>
    ),
  };
}
