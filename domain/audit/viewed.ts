/** What is written down of who saw the books: once a person, thing, month and day, not a click. */
import { isoMonth } from '../calendar.ts';

/** Things whose opening is told. `books_export`, `cost_export`: rows that left as a file. */
export const VIEWED_THINGS = ['close', 'ledger', 'evidence', 'binder', 'books_export', 'cost_export'] as const;
export type ViewedThing = (typeof VIEWED_THINGS)[number];

export const VIEWED_WORDS: Readonly<Record<ViewedThing, string>> = {
  close: 'close',
  ledger: 'ledger',
  evidence: 'evidence',
  binder: 'binder',
  books_export: 'books as a file',
  cost_export: 'costs as a file',
};

/** The area somebody must see to have seen it. */
export function areaOfViewed(thing: ViewedThing): 'cost' | 'finance' {
  return thing === 'cost_export' ? 'cost' : 'finance';
}

/** Entries a person can add in a day, whatever their workstation says; one more tells that there were others. */
export const MOST_VIEWED_A_DAY = 300;
/** Longest a workstation can have been away, in days: what it says of an older day is taken as said of today. */
export const VIEWED_BACK_DAYS = 35;

const DAY_MS = 86_400_000;

/** The day a thing is said to have been seen on, as a day number (UTC); the device's clock only within reason. */
export function viewedDay(viewed_at_ms: number, now_ms: number): number {
  const today = Math.floor(now_ms / DAY_MS);
  const said = Math.floor(viewed_at_ms / DAY_MS);
  return said > today || said < today - VIEWED_BACK_DAYS ? today : said;
}

/** 'HAL 2026-10 close' */
export function viewedSubject(company_code: string, period: number, thing: ViewedThing): string {
  return `${company_code} ${isoMonth(period)} ${VIEWED_WORDS[thing]}`;
}
