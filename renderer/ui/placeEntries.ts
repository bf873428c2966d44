/** Sites and channels as a menu of filters offers them: the one that is chosen is let go by choosing it again. */
import type { MenuEntry } from './Menu.tsx';

interface Named {
  readonly id: number;
  readonly name: string;
}

export function siteEntries(
  sites: readonly (Named & { readonly code: string })[],
  chosen: number | null,
  onPick: (site_id: number | null) => void,
): readonly MenuEntry[] {
  return [
    { kind: 'heading', label: 'Site' },
    ...sites.map(({ code, ...site }) => ({ ...choice(site, chosen, onPick), hint: code })),
  ];
}

export function channelEntries(
  channels: readonly Named[],
  chosen: number | null,
  onPick: (channel_id: number | null) => void,
): readonly MenuEntry[] {
  return [{ kind: 'heading', label: 'Channel' }, ...channels.map((channel) => choice(channel, chosen, onPick))];
}

/** Of lines that no channel claims. */
export const UNMAPPED_CHANNEL: Named = { id: 0, name: 'Unmapped' };

function choice({ id, name }: Named, chosen: number | null, onPick: (id: number | null) => void) {
  const is_chosen = id === chosen;
  return { kind: 'choice' as const, label: name, chosen: is_chosen, onPick: () => onPick(is_chosen ? null : id) };
}
