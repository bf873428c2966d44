/**
 * Several statements of an account into what is known of it: all as one where they follow each other, so that several may correct
 * together; else each by itself, in the order of their days, so that one that is refused takes no other with it.
 */
import {
  inBookedOrder,
  sameMoney,
  sameStatement,
  sameTexts,
  type RecordedStatement,
  type StatedLine,
  statementFit,
} from './statementOrder.ts';

export interface FreshStatement<L extends StatedLine> {
  /** null = the file says none. */
  readonly number: string | null;
  /** In the file's order. */
  readonly lines: readonly L[];
}
export interface PlacedLine<L> {
  readonly line: L;
  /** Its place among the lines of its day, from 1. */
  readonly day_line: number;
}
export type StatementPlaces<L extends StatedLine> =
  | { readonly problem: string; readonly of: FreshStatement<L> }
  | {
      readonly problem: null;
      readonly of: FreshStatement<L>;
      readonly placed: readonly PlacedLine<L>[];
      /** Known days that it tells otherwise, ISO text. */
      readonly corrects: readonly string[];
      /** It is here by its number, with other texts at the same amounts. */
      readonly retold: boolean;
      /** Its amounts are here as those of another statement of its day. */
      readonly second: boolean;
    };

export interface KnownStatements {
  readonly account: string;
  readonly currency: string;
  /** Lines of the statements' days and those next to them, in the bank's order. */
  readonly known: readonly StatedLine[];
  readonly recorded: readonly RecordedStatement[];
  /** Why nothing may be brought or altered on a day; null where it may. */
  locked(iso_day: string): string | null;
}

export function placeStatements<L extends StatedLine>(
  statements: readonly FreshStatement<L>[],
  here: KnownStatements,
): readonly StatementPlaces<L>[] {
  const ordered = inDayOrder(statements);
  const together = placeRun(ordered, here);
  if (together.every(({ problem }) => problem === null)) return together;
  let known = here.known;
  const places: StatementPlaces<L>[] = [];
  for (const statement of ordered) {
    const [own] = placeRun([statement], { ...here, known });
    if (!own) continue;
    places.push(own);
    if (own.problem === null) known = withPlaced(known, own.placed);
  }
  return places;
}

/** The bank's order. Of one day: as they stand in the file, or the other way round where the newest stand first. */
function inDayOrder<L extends StatedLine>(statements: readonly FreshStatement<L>[]): readonly FreshStatement<L>[] {
  const ordered = statements.map(({ number, lines }) => ({ number, lines: inBookedOrder(lines) ?? lines }));
  const firstDay = ({ lines }: FreshStatement<L>): string => lines[0]?.booked_on ?? '';
  const [first, last] = [ordered[0], ordered.at(-1)];
  const whole = inBookedOrder(statements.flatMap(({ lines }) => lines));
  const newest_first =
    first !== undefined &&
    last !== undefined &&
    (firstDay(first) > firstDay(last) || (whole !== null && whole[0] !== statements[0]?.lines[0]));
  return (newest_first ? ordered.toReversed() : ordered).toSorted((a, b) =>
    firstDay(a) < firstDay(b) ? -1 : firstDay(a) > firstDay(b) ? 1 : 0,
  );
}

function placeRun<L extends StatedLine>(
  statements: readonly FreshStatement<L>[],
  { account, currency, known, recorded, locked }: KnownStatements,
): readonly StatementPlaces<L>[] {
  const refused = (problem: string) => statements.map((of) => ({ problem, of }));
  const lines = statements.flatMap((each) => each.lines);
  if (statements.length > 1 && !followEachOther(lines)) return refused('');
  const number = statements[0]?.number ?? null;
  const fit = statementFit(lines, known, account, currency, { number, recorded });
  if (fit.problem !== null) return refused(fit.problem);
  const days = Map.groupBy(known, ({ booked_on }) => booked_on);
  const first = lines[0]?.booked_on ?? '';
  const places = new Map<string, number>([[first, fit.before_on_first_day]]);
  const told: StatementPlaces<L>[] = [];
  for (const of of statements) {
    const placed = of.lines.map((line) => {
      const day_line = (places.get(line.booked_on) ?? 0) + 1;
      places.set(line.booked_on, day_line);
      return { line, day_line };
    });
    const knownAt = ({ line, day_line }: PlacedLine<L>) => days.get(line.booked_on)?.[day_line - 1];
    const fresh = placed.filter((each) => {
      const stands = knownAt(each);
      return !stands || !sameMoney(each.line, stands) || !sameTexts(each.line, stands);
    });
    const closed = fresh.map(({ line }) => locked(line.booked_on)).find((why) => why !== null);
    if (closed !== undefined && closed !== null)
      return refused(
        fit.corrects.length > 0
          ? `The statement corrects one that is here. ${closed}`
          : `The statement tells something else than what is here. ${closed}`,
      );
    const [begins, ends] = [of.lines[0]?.booked_on ?? '', of.lines.at(-1)?.booked_on ?? ''];
    const same = sameStatement({ number: of.number, recorded }, begins, ends);
    const behind = fresh.length === placed.length && placed.every((each) => knownAt(each) === undefined);
    told.push({
      problem: null,
      of,
      placed,
      corrects: fit.corrects.filter((day) => of.lines.some(({ booked_on }) => booked_on === day)),
      retold: same !== null && fresh.some((each) => knownAt(each) !== undefined),
      second: behind && standsAlready(of.lines, days.get(begins) ?? []),
    });
  }
  return told;
}

function followEachOther(lines: readonly StatedLine[]): boolean {
  return inBookedOrder(lines)?.[0] === lines[0];
}

/** Whether its amounts stand on its day one after the other. */
function standsAlready(lines: readonly StatedLine[], own: readonly StatedLine[]): boolean {
  return own.some((_, place) => lines.every((line, nth) => sameMoney(line, own[place + nth])));
}

/** By day and place; what is said takes the place of what was there. */
function withPlaced(known: readonly StatedLine[], placed: readonly PlacedLine<StatedLine>[]): readonly StatedLine[] {
  const days = new Map<string, StatedLine[]>();
  for (const line of known) days.set(line.booked_on, [...(days.get(line.booked_on) ?? []), line]);
  for (const { line, day_line } of placed) {
    const own = days.get(line.booked_on) ?? [];
    days.set(line.booked_on, own);
    own[day_line - 1] = line;
  }
  return [...days].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, own]) => own);
}
