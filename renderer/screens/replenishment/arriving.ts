/** Coming here from another screen: the list is narrowed to the item, and its working is open. */
import { useEffect, useRef } from 'react';
import type { Replenishment, ReplenishmentLine } from '#contract/queries.ts';
import { dateAndTime } from '#renderer/format/dates.ts';
import { decoded } from '#renderer/shell/decoded.ts';

/** The address of what waits for a second person. */
export const APPROVALS_PLACE = '/replenishment/approvals';

export interface ArrivedAt {
  readonly code: string;
  readonly site_id: number;
}

/** '/replenishment/FA-0840/3' → the item with this code at site 3; null where the address names none. */
export function arrivedAt(location: string): ArrivedAt | null {
  const [, , code, site] = location.split('/');
  const site_id = Number(site);
  return code && Number.isInteger(site_id) && site_id > 0 ? { code: decoded(code), site_id } : null;
}

/** Opens its working once, when the first rows are here. */
export function useArrived(
  arrived: ArrivedAt | null,
  result: Pick<Replenishment, 'rows'> | null | undefined,
  open: (line: ReplenishmentLine) => void,
): void {
  const opened = useRef(arrived === null);
  useEffect(() => {
    if (opened.current || !result) return;
    opened.current = true;
    const there = result.rows.find((row) => row.kind !== 'group' && row.code === arrived?.code);
    if (there && there.kind !== 'group') open(there);
  }, [result, arrived, open]);
}

/** Figures change once, when forecasts are made: until then it is said what they go by. */
export function forecastsWords({ waiting, forecast_at_ms }: Replenishment): string {
  if (waiting) return '';
  return forecast_at_ms === null
    ? 'by the last 90 days until forecasts are made'
    : `forecasts of ${dateAndTime(forecast_at_ms)}`;
}
