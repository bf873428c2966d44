import { sql } from 'kysely';
import { dayNumber } from '#domain/calendar.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import { CREDIT_REASONS, type CREDITS } from '#domain/imports/kinds/credits.ts';
import { lockedDays } from '#server/close/lockedDays.ts';
import { integerArray, textArray } from '#server/imports/arrayText.ts';
import { monthOf } from '../documents.ts';
import { type Job, type KindStore, type Line, storeEach } from '../job.ts';
import { unknown } from '../missing.ts';
import { isReason, type SalePlace, salePlaces } from '../salePlaces.ts';

type CreditRow = RowOf<(typeof CREDITS)['fields']>;
type CreditLines = readonly Line<CreditRow>[];

/** Goods that came back so many days before or after a credit for them are taken for those it is of. */
const RETURN_DAYS = 31;

export const creditStore: KindStore<CreditRow> = {
  check: async (job, lines) => {
    const find = await credited(job, lines);
    const standing = await standingCredits(job, lines);
    const locked = await lockedDays(job, 'sales');
    const places = new Map<number, Credited>();
    const reasons = new Map<number, string>();
    const seen = new Map<string, number>();
    for (const { line_number, row } of lines) {
      const found = find(row);
      if (isReason(found)) {
        reasons.set(line_number, found);
        continue;
      }
      places.set(line_number, found);
      const key = keyOf(row.number, found);
      const before = seen.get(key);
      seen.set(key, before ?? line_number);
      const stands = standing.get(key);
      const why =
        stands !== undefined && isSame(row, found, stands)
          ? null
          : (locked(row.issued_on) ?? (stands ? locked(stands.issued_on) : null));
      if (before !== undefined)
        reasons.set(line_number, `Line ${before} is the same credit of ${row.number}. Add the two up.`);
      else if (why !== null) reasons.set(line_number, why);
    }
    for (const [line_number, why] of await toldAlready(job, lines, places))
      if (!reasons.has(line_number)) reasons.set(line_number, why);
    return reasons;
  },
  store: async (job, lines) => {
    const find = await credited(job, lines);
    const placed = lines.map((line) => {
      const found = find(line.row);
      if (isReason(found)) throw new Error(`line ${line.line_number} lost its sale`);
      return { ...line, found };
    });
    await storeEach(
      job,
      'credit_note',
      placed,
      ({ row, found: { place, claim_id } }) => ({
        key: {
          number: row.number,
          party_id: place.party_id,
          order_line_id: place.order_line_id,
          item_id: place.item_id,
        },
        set: {
          issued_on: row.issued_on,
          month: monthOf(row.issued_on),
          amount_minor: row.amount,
          reason: reasonOf(row),
          claim_id,
          // what a sale's channel is stays as it was when the credit came
          ...(place.of_sale || row.channel == null ? {} : { channel_id: place.channel_id }),
        },
        create: { site_id: place.site_id, channel_id: place.channel_id },
      }),
      true,
    );
  },
};

/** What a credit is of. */
interface Credited {
  readonly place: SalePlace;
  readonly claim_id: number | null;
}

function reasonOf({ reason, given_for, claim }: CreditRow): string {
  return reason ?? CREDIT_REASONS[isFor(given_for) ? given_for : claim == null ? 'other' : 'claim'];
}

function isFor(given_for: string | null | undefined): given_for is keyof typeof CREDIT_REASONS {
  return given_for != null && Object.hasOwn(CREDIT_REASONS, given_for);
}

/** A finder of what a line gives back, or why it waits. */
async function credited(job: Job, lines: CreditLines): Promise<(row: CreditRow) => Credited | string> {
  const codes = lines.flatMap(({ row }) => row.claim ?? []);
  const { rows: claims } = await sql<SalePlace & { number: string; claim_id: number }>`
    select number, id as claim_id, party_id, order_line_id, item_id, site_id, channel_id, true as of_sale from claim
    where company_id = ${job.company_id}::bigint and number = any(${textArray(new Set(codes))}::text::text[])`.execute(
    job.tx,
  );
  const claimOf = new Map(claims.map((row) => [row.number, row]));
  const placeOf = await salePlaces(
    job,
    lines.map(({ row }) => row),
  );
  return (row) => {
    const claim = row.claim == null ? null : claimOf.get(row.claim);
    if (claim === undefined) return `${unknown('claim', row.claim ?? '')} Import it first: Claims.`;
    if (claim !== null && row.order == null && row.customer == null) {
      const { number: _, claim_id, ...place } = claim;
      return { place, claim_id };
    }
    const place = placeOf(row);
    if (isReason(place)) return place;
    if (claim !== null && claim.party_id !== null && place.party_id !== null && claim.party_id !== place.party_id)
      return `The claim "${row.claim}" is of another customer.`;
    return { place, claim_id: claim?.claim_id ?? null };
  };
}

interface Standing {
  readonly number: string;
  readonly party_id: number | null;
  readonly order_line_id: number | null;
  readonly item_id: number | null;
  readonly claim_id: number | null;
  readonly channel_id: number | null;
  readonly issued_on: string;
  readonly amount_minor: number;
  readonly reason: string;
}

async function standingCredits(job: Job, lines: CreditLines): Promise<ReadonlyMap<string, Standing>> {
  const { rows } = await sql<Standing>`
    select number, party_id, order_line_id, item_id, claim_id, channel_id, issued_on::text as issued_on, amount_minor, reason
    from credit_note where company_id = ${job.company_id}::bigint
      and number = any(${textArray(new Set(lines.map(({ row }) => row.number)))}::text::text[]) order by id desc`.execute(
    job.tx,
  );
  return new Map(rows.map((row) => [keyOf(row.number, { place: row }), row]));
}

type KeyPlace = Pick<SalePlace, 'party_id' | 'order_line_id' | 'item_id'>;
const keyOf = (number: string, { place: { party_id, order_line_id, item_id } }: { readonly place: KeyPlace }): string =>
  JSON.stringify([number, party_id, order_line_id, item_id]);

function isSame(row: CreditRow, { place, claim_id }: Credited, stands: Standing): boolean {
  return (
    stands.issued_on === row.issued_on &&
    stands.amount_minor === row.amount &&
    stands.claim_id === claim_id &&
    stands.reason === reasonOf(row) &&
    (place.of_sale || row.channel == null || stands.channel_id === place.channel_id)
  );
}

/** By line number what margin has already: goods that came back as lines of orders, and rebates that are owed with each sale. */
async function toldAlready(
  job: Job,
  lines: CreditLines,
  places: ReadonlyMap<number, Credited>,
): Promise<ReadonlyMap<number, string>> {
  const reasons = new Map<number, string>();
  const asked = lines.flatMap(({ line_number, row }) => {
    const place = places.get(line_number)?.place;
    return place === undefined ? [] : [{ line_number, row, place }];
  });
  const givenFor = (what: keyof typeof CREDIT_REASONS) => asked.filter(({ row }) => row.given_for === what);
  const returns = givenFor('return');
  const rebates = givenFor('rebate');
  const parties = (of: typeof asked): string => integerArray(new Set(of.flatMap(({ place }) => place.party_id ?? [])));
  if (returns.length > 0) {
    const { rows } = await sql<{ number: string; party_id: number | null; item_id: number | null; day: string }>`
      select o.number, coalesce(l.party_id, o.party_id) as party_id, l.item_id, l.ordered_on::text as day
      from order_line l join sales_order o on o.id = l.order_id
      where l.company_id = ${job.company_id}::bigint and l.kind = 'return'
        and (l.party_id = any(${parties(returns)}::text::bigint[])
          or o.number = any(${textArray(new Set(returns.flatMap(({ row }) => row.order ?? [])))}::text::text[]))
      order by l.id`.execute(job.tx);
    for (const { line_number, row, place } of returns) {
      const back = rows.find(
        (each) =>
          (place.item_id === null || each.item_id === null || each.item_id === place.item_id) &&
          (each.number === row.order ||
            (place.party_id !== null &&
              each.party_id === place.party_id &&
              daysBetween(each.day, row.issued_on) <= RETURN_DAYS)),
      );
      if (back !== undefined)
        reasons.set(
          line_number,
          `The order ${back.number} has the goods that came back on ${back.day}, and margin counts them there. Leave this line out; if it gives back something else, say what for.`,
        );
    }
  }
  if (rebates.length > 0) {
    const { rows } = await sql<{ party_id: number; name: string; from: string; until: string | null }>`
      select party_id, name, valid_from::text as from, (valid_to + interval '1 year')::date::text as until
      from rebate_agreement where company_id = ${job.company_id}::bigint
        and party_id = any(${parties(rebates)}::text::bigint[]) order by id`.execute(job.tx);
    for (const { line_number, row, place } of rebates) {
      const agreed = rows.find(
        ({ party_id, from, until }) =>
          party_id === place.party_id && from <= row.issued_on && (until === null || row.issued_on <= until),
      );
      if (agreed !== undefined)
        reasons.set(
          line_number,
          `The rebate "${agreed.name}" is owed with each sale of this customer, and margin counts it there. Leave this line out; if it gives back something else, say what for.`,
        );
    }
  }
  return reasons;
}

function daysBetween(a: string, b: string): number {
  return Math.abs((dayNumber(a) ?? Number.NaN) - (dayNumber(b) ?? Number.NaN));
}
