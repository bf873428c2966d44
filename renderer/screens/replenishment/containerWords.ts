/** How full the containers of an order are, and why one stays below what it is sent from, in words. */
import type { OrderContainers } from '#contract/queries.ts';
import { counted, percent, scaled } from '#renderer/format/numbers.ts';
import type { MarkShape } from '#renderer/ui/Mark.tsx';

/** 'Container 82.0 % full', '3 containers, the last 41.0 % full' */
export function fillWords({ containers, last_fill_bp }: OrderContainers): string {
  return containers === 1
    ? `Container ${percent(last_fill_bp)} full`
    : `${counted(containers, 'container')}, the last ${percent(last_fill_bp)} full`;
}

export function fillShape({ last_fill_bp, least_fill_bp }: OrderContainers): MarkShape {
  return last_fill_bp >= least_fill_bp ? 'good' : 'warn';
}

const BELOW: Readonly<Record<NonNullable<OrderContainers['below']>, string>> = {
  nothing_else: 'the supplier sells nothing else here that is asked for and whose size is known',
  lasts_too_long: 'more of anything would lie too long',
  nothing_fits: 'no carton more fits',
};

/** 'by volume, 23.4 m³; sent from 75.0 % on; 3 lines fill it' */
export function loadWords(load: OrderContainers): string {
  const size =
    load.by === 'volume'
      ? `${scaled(Math.round(load.volume_ml / 100_000), 1, 1)} m³`
      : `${scaled(Math.round(load.weight_g / 100_000), 1, 1)} t`;
  return [
    `by ${load.by}, ${size}`,
    load.least_fill_bp > 0 ? `sent from ${percent(load.least_fill_bp)} on` : '',
    load.filling_lines > 0
      ? `${counted(load.filling_lines, 'line')} ${load.filling_lines === 1 ? 'fills' : 'fill'} it`
      : '',
    load.below === null ? '' : `not fuller: ${BELOW[load.below]}`,
    load.unmeasured_lines > 0 ? `${counted(load.unmeasured_lines, 'line')} without a size not counted` : '',
  ]
    .filter(Boolean)
    .join('; ');
}
