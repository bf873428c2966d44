import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import { type StatedLine, statementFit } from './statementOrder.ts';

/** Lines of an account one after the other, several a day. */
const chain: fc.Arbitrary<readonly StatedLine[]> = fc
  .array(fc.record({ later: fc.nat({ max: 2 }), amount: fc.integer({ min: -3, max: 3 }) }), {
    minLength: 1,
    maxLength: 14,
  })
  .map((steps) => {
    let [day, balance] = [20_727, 0];
    return steps.map(({ later, amount }) => {
      day += later;
      balance += amount;
      return { booked_on: isoDate(day), amount_minor: amount, balance_after_minor: balance };
    });
  });

/** As the server keeps lines: by day and place; what the statement says takes the place of what was there. */
function kept(known: readonly StatedLine[], fresh: readonly StatedLine[], before_on_first_day: number) {
  const days = new Map<string, StatedLine[]>();
  for (const line of known) days.set(line.booked_on, [...(days.get(line.booked_on) ?? []), line]);
  const places = new Map<string, number>([[fresh[0]?.booked_on ?? '', before_on_first_day]]);
  for (const line of fresh) {
    const place = places.get(line.booked_on) ?? 0;
    const own = days.get(line.booked_on) ?? [];
    days.set(line.booked_on, own);
    own[place] = line;
    places.set(line.booked_on, place + 1);
  }
  return [...days].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, own]) => own);
}

/** The server asks for the lines of the statement's days and those next to them. */
function around(known: readonly StatedLine[], fresh: readonly StatedLine[]): readonly StatedLine[] {
  const [first, last] = [fresh[0]?.booked_on ?? '', fresh.at(-1)?.booked_on ?? ''];
  const before = known.findLast(({ booked_on }) => booked_on < first);
  const after = known.find(({ booked_on }) => booked_on > last);
  const within = known.filter(({ booked_on }) => booked_on >= first && booked_on <= last);
  return [...(before ? [before] : []), ...within, ...(after ? [after] : [])];
}

function addsUp(lines: readonly StatedLine[]): boolean {
  return lines.every((line, nth) => {
    const before = lines[nth - 1];
    return !before || line.balance_after_minor - line.amount_minor === before.balance_after_minor;
  });
}

describe('a statement among those that are here', () => {
  it('that tells what is known changes nothing, whatever part of it', () => {
    fc.assert(
      fc.property(chain, fc.nat(), fc.nat(), (known, from, many) => {
        const begin = from % known.length;
        const fresh = known.slice(begin, begin + 1 + (many % (known.length - begin)));
        const fit = statementFit(fresh, around(known, fresh), '1010', 'EUR');
        expect(fit).toMatchObject({ problem: null, corrects: [] });
        if (fit.problem === null) expect(kept(known, fresh, fit.before_on_first_day)).toEqual(known);
      }),
    );
  });

  it('that goes on where the known end, or begins before, makes them longer', () => {
    fc.assert(
      fc.property(chain, fc.nat(), fc.nat(), (whole, at, overlap) => {
        const end = 1 + (at % whole.length);
        const known = whole.slice(0, end);
        const fresh = whole.slice(end - (overlap % (end + 1)));
        fc.pre(fresh.length > 0);
        const fit = statementFit(fresh, around(known, fresh), '1010', 'EUR');
        expect(fit).toMatchObject({ problem: null });
        if (fit.problem === null) {
          const then = kept(known, fresh, fit.before_on_first_day);
          expect(addsUp(then)).toBe(true);
          expect(then.at(-1)?.balance_after_minor).toBe(whole.at(-1)?.balance_after_minor);
        }
      }),
    );
  });

  it('is taken only where all lines add up afterwards and none is gone', () => {
    fc.assert(
      fc.property(chain, chain, fc.integer({ min: -3, max: 3 }), (known, other, shift) => {
        const fresh = other.map((line) => ({ ...line, balance_after_minor: line.balance_after_minor + shift }));
        const fit = statementFit(fresh, around(known, fresh), '1010', 'EUR');
        if (fit.problem !== null) {
          expect(fit.problem.length).toBeGreaterThan(40);
          return;
        }
        const then = kept(known, fresh, fit.before_on_first_day);
        expect(addsUp(then)).toBe(true);
        expect(then.length).toBeGreaterThanOrEqual(Math.max(known.length, fresh.length));
        expect(then.filter((line) => line === undefined)).toEqual([]);
      }),
    );
  });
});
