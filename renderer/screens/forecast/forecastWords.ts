/** What classes, methods and flags of a forecast are called. */
import type { ForecastFlag, ForecastRow } from '#contract/queries.ts';
import type { MarkShape } from '#renderer/ui/Mark.tsx';

export const CLASS_WORDS: Readonly<Record<ForecastRow['demand_class'], string>> = {
  smooth: 'Smooth',
  erratic: 'Erratic',
  intermittent: 'Intermittent',
  lumpy: 'Lumpy',
  new: 'New',
  obsolete: 'Obsolete',
};

export const METHOD_WORDS: Readonly<Record<ForecastRow['method'], string>> = {
  combination: 'Mean of three',
  TSB: 'TSB',
  'seasonal naive': 'Last year again',
};

export const FLAGS: Readonly<Record<ForecastFlag, { readonly word: string; readonly shape: MarkShape }>> = {
  level_shift: { word: 'Level shift', shape: 'bad' },
  spike: { word: 'Spike', shape: 'warn' },
  unit_error: { word: 'Unit error?', shape: 'bad' },
  stopped: { word: 'Stopped', shape: 'warn' },
  naive: { word: 'Naive used', shape: 'ring' },
  censored: { word: 'Was out', shape: 'waiting' },
  overridden: { word: 'Overridden', shape: 'working' },
};
