/** Why a line is likely to be late, in words: the same on the screen and in files. */
import { WEEKDAY_NAMES } from '../calendarWords.ts';
import type { Cover } from './cover.ts';
import type { Family } from './lineCase.ts';
import type { LateRate } from './rates.ts';

/** What was seen of the line; the same names as in `LineCase`. */
export interface ReasonFacts {
  readonly days_left: number;
  readonly promise_days: number;
  readonly put_off: boolean;
  readonly begun: boolean;
  readonly entry_weekday: number;
  readonly order_lines: number;
  readonly new_item: boolean;
  readonly cover: Cover;
  readonly receipt_overdue: boolean;
  readonly supplier: LateRate;
  readonly supplier_lately: LateRate;
  readonly item: LateRate;
  readonly lane: LateRate;
  readonly all: LateRate;
}

export interface Reason {
  readonly family: Family;
  readonly log_odds: number;
}

/** Less than this moves a probability of one half by two points: no reason worth a word. */
const WORTH_A_WORD = 0.1;

/** What raises the risk most, the largest first. */
export function mainReasons<R extends Reason>(reasons: readonly R[], most = 3): R[] {
  return reasons
    .filter(({ log_odds }) => log_odds >= WORTH_A_WORD)
    .toSorted((a, b) => b.log_odds - a.log_odds)
    .slice(0, most);
}

/** Of the line, as it is shown. */
export interface ReasonNames {
  /** The day by which stock and receipts cover all that is promised; null = not by what is on order. */
  readonly covered: string | null;
  readonly channel: string | null;
  readonly site: string | null;
}

export function reasonWords(family: Family, facts: ReasonFacts, names: ReasonNames): string {
  switch (family) {
    case 'time_left':
      return facts.days_left <= 1 ? 'last working day' : `${facts.days_left} working days left`;
    case 'begun':
      return facts.begun ? 'a part has left, the rest has not' : 'no part has left ahead of the rest';
    case 'promise':
      return `promised within ${counted(facts.promise_days, 'working day')}${facts.put_off ? ', later than asked for' : ''}`;
    case 'supplier':
      return `supplier’s lines late ${rate(facts.supplier)}, lately ${rate(facts.supplier_lately)}`;
    case 'item':
      return facts.new_item ? 'new item' : `item late ${rate(facts.item)}`;
    case 'lane':
      return `this way late ${rate(facts.lane)}`;
    case 'channel':
      return names.channel ?? 'no channel';
    case 'site':
      return names.site ?? 'no site';
    case 'order_size':
      return `order of ${counted(facts.order_lines, 'line')}`;
    case 'quantity':
      return 'quantity ordered';
    case 'entry_day':
      return `entered on a ${WEEKDAY_NAMES[facts.entry_weekday] ?? 'day'}`;
    case 'cover':
      return coverWords(facts, names.covered);
    case 'lately':
      return `all lines late ${rate(facts.all)} lately`;
  }
}

function coverWords({ cover, receipt_overdue }: ReasonFacts, covered: string | null): string {
  if (cover === 'stock') return receipt_overdue ? 'stock covers it, a receipt is overdue' : 'stock covers it';
  if (covered === null) return 'neither stock nor what is on order covers it';
  return cover === 'receipt' ? `covered only by what comes by ${covered}` : `stock does not cover it before ${covered}`;
}

function rate({ lines, late }: LateRate): string {
  return lines === 0 ? 'never seen' : `${Math.round((late / lines) * 100)} %`;
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
