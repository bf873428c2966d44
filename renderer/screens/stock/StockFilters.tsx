/** The filters of the stock screen: chips for those in force, a menu for the rest. */
import { type ReactNode, useState } from 'react';
import type { CompanyView, StockStatus } from '#contract/queries.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { siteEntries } from '#renderer/ui/placeEntries.ts';
import { AddFilter, Chip } from '#renderer/ui/Chip.tsx';
import type { MenuEntry } from '#renderer/ui/Menu.tsx';
import { STOCK_STATUS, STOCK_STATUS_NAMES } from './stockStatus.ts';

/** An item's main supplier. */
export interface ChosenSupplier {
  readonly id: number;
  readonly name: string;
}

/** A menu of more would help nobody: the column filter finds by name. */
const MOST_SUPPLIERS = 500;

export interface ActiveFilter {
  readonly name: string;
  readonly onRemove: () => void;
}

export function useStockFilters({
  company,
  text,
  setText,
  site_id,
  setSite,
  supplier,
  setSupplier,
  status,
  setStatus,
}: {
  readonly company: CompanyView;
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly site_id: number | null;
  readonly setSite: (site_id: number | null) => void;
  readonly supplier: ChosenSupplier | null;
  readonly setSupplier: (supplier: ChosenSupplier | null) => void;
  readonly status: readonly StockStatus[];
  readonly setStatus: (status: readonly StockStatus[]) => void;
}): { readonly chips: ReactNode; readonly active: readonly ActiveFilter[]; readonly clearAll: () => void } {
  const [offering, setOffering] = useState(false);
  const suppliers = useSuppliers(company.id, offering);
  const site = company.sites.find((candidate) => candidate.id === site_id);
  const words = status.map((one) => STOCK_STATUS[one].word);
  const statusValue = words.length > 2 ? `${words[0]} +${words.length - 1}` : words.join(', ');

  const active: ActiveFilter[] = [];
  if (text.trim() !== '') active.push({ name: `Item contains ${text.trim()}`, onRemove: () => setText('') });
  if (site) active.push({ name: `Site is ${site.name}`, onRemove: () => setSite(null) });
  if (supplier) active.push({ name: `Supplier is ${supplier.name}`, onRemove: () => setSupplier(null) });
  if (status.length > 0) active.push({ name: `Status is ${words.join(' or ')}`, onRemove: () => setStatus([]) });

  const entries: MenuEntry[] = [
    { kind: 'heading', label: 'Status' },
    ...STOCK_STATUS_NAMES.map((one) => ({
      kind: 'tick' as const,
      label: STOCK_STATUS[one].word,
      ticked: status.includes(one),
      onToggle: (ticked: boolean) =>
        setStatus(ticked ? [...status, one] : status.filter((candidate) => candidate !== one)),
    })),
    { kind: 'line' },
    ...siteEntries(company.sites, site_id, setSite),
    { kind: 'line' },
    { kind: 'heading', label: 'Supplier', ...(suppliers === null ? { hint: 'reading' } : {}) },
    ...(suppliers ?? []).map((candidate) => ({
      kind: 'choice' as const,
      label: candidate.name,
      chosen: candidate.id === supplier?.id,
      onPick: () => setSupplier(candidate.id === supplier?.id ? null : candidate),
    })),
  ];

  return {
    active,
    clearAll: () => {
      setText('');
      setSite(null);
      setSupplier(null);
      setStatus([]);
    },
    chips: (
      <>
        {site ? <Chip field="Site" value={site.code} onRemove={() => setSite(null)} /> : null}
        {supplier ? <Chip field="Supplier" value={supplier.name} onRemove={() => setSupplier(null)} /> : null}
        {status.length > 0 ? <Chip field="Status" value={statusValue} onRemove={() => setStatus([])} /> : null}
        <AddFilter entries={entries} onOpen={setOffering} />
      </>
    ),
  };
}

/** Suppliers of what lies in stock, by name; read when they are offered. null until then. */
function useSuppliers(company_id: number, offered: boolean): readonly ChosenSupplier[] | null {
  const { data } = useAsk(
    'stockPositions',
    { company_id, group_by: 'supplier', limit: MOST_SUPPLIERS },
    { enabled: offered, keepPrevious: false },
  );
  if (!data) return null;
  return data.rows.flatMap(({ key, label }) => {
    const id = Number(key.slice('p:'.length));
    return key.startsWith('p:') && id > 0 ? [{ id, name: label }] : [];
  });
}
