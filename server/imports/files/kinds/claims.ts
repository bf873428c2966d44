import { sql } from 'kysely';
import { dayNumber, monthOfDay } from '#domain/calendar.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import type { ChargeIdentity } from '#domain/imports/kinds/chargeIdentity.ts';
import type { CLAIM_COSTS, CLAIMS } from '#domain/imports/kinds/claims.ts';
import { zoneConverter } from '#domain/imports/orders/zoneTime.ts';
import { lockedDays } from '#server/close/lockedDays.ts';
import { integerArray, textArray } from '#server/imports/arrayText.ts';
import { monthOf } from '../documents.ts';
import { type Job, type KindStore, type Line, storeEach } from '../job.ts';
import { unknown } from '../missing.ts';
import { isReason, type SalePlace, salePlaces } from '../salePlaces.ts';
import { syncRows } from '../syncRows.ts';
import { identitiesByLine } from './chargeLines.ts';

type ClaimRow = RowOf<(typeof CLAIMS)['fields']>;
type CostRow = RowOf<(typeof CLAIM_COSTS)['fields']>;

export const claimStore: KindStore<ClaimRow> = {
  check: async (job, lines) => {
    const placeOf = await placesOf(job, lines);
    const seen = new Map<string, number>();
    const reasons = new Map<number, string>();
    for (const { line_number, row } of lines) {
      const place = placeOf(row);
      const before = seen.get(row.number);
      seen.set(row.number, before ?? line_number);
      if (isReason(place)) reasons.set(line_number, place);
      else if (before !== undefined)
        reasons.set(line_number, `Line ${before} is the same claim; only one of them can be right.`);
    }
    return reasons;
  },
  store: async (job, lines) => {
    const placeOf = await placesOf(job, lines);
    const placed = lines.map((line) => {
      const place = placeOf(line.row);
      if (isReason(place)) throw new Error(`line ${line.line_number} lost its sale`);
      return { ...line, place };
    });
    const claims = await storeEach(
      job,
      'claim',
      placed,
      ({ row, place: { of_sale: _, ...place } }) => ({
        key: { number: row.number },
        set: {
          ...place,
          opened_on: row.opened_on,
          month: monthOf(row.opened_on),
          resolved_on: row.resolved_on ?? null,
          state: stateOf(row),
          kind: row.reason ?? undefined,
          claimed_minor: row.claimed ?? undefined,
        },
        create: { kind: '', claimed_minor: 0 },
      }),
      true,
    );
    const instantOf = clockOf(job);
    const steps = placed.flatMap((line, at) => {
      const { id: claim_id = 0, status } = claims[at] ?? {};
      return stepsOf(line.row).map(([kind, day], nth) => ({ line, claim_id, status, kind, day, nth }));
    });
    const events = await syncRows(
      job,
      'claim_event',
      steps.map(({ line: { row, place }, claim_id, kind, day, nth }) => ({
        key: { claim_id, kind },
        set: {
          happened_at: instantOf(day, nth),
          month: monthOf(row.opened_on),
          site_id: place.site_id,
          channel_id: place.channel_id,
        },
      })),
    );
    for (const [at, { line, status }] of steps.entries()) {
      const event = events[at];
      if (event === undefined || status === 'created') continue;
      const fields = event.fields.filter(({ column }) => column === 'happened_at');
      job.changes.note(line, { ...event, fields }, false);
    }
    const lineOf = new Map(placed.map((line, at) => [claims[at]?.id, line]));
    const { rows: gone } = await sql<{ id: number; claim_id: number; happened_at: string }>`
      delete from claim_event where claim_id = any(${integerArray(claims.map(({ id }) => id))}::text::bigint[])
        and not id = any(${integerArray(events.map(({ id }) => id))}::text::bigint[])
      returning id, claim_id, happened_at::text as happened_at`.execute(job.tx);
    for (const { id, claim_id, happened_at: before } of gone) {
      const line = lineOf.get(claim_id);
      const fields = [{ column: 'happened_at', before, after: null }];
      if (line) job.changes.note(line, { id, status: 'changed', fields }, false);
    }
  },
};

type Step = 'opened' | 'waiting' | 'resumed' | 'resolved';

function stepsOf({ opened_on, waiting_since, resumed_on, resolved_on }: ClaimRow): readonly [Step, string][] {
  const steps: readonly [Step, string | null | undefined][] = [
    ['opened', opened_on],
    ['waiting', waiting_since],
    ['resumed', resumed_on],
    ['resolved', resolved_on],
  ];
  return steps.flatMap(([step, day]): [Step, string][] => (day == null ? [] : [[step, day]]));
}

function stateOf(row: ClaimRow): 'open' | 'waiting' | 'resolved' {
  const last = stepsOf(row).at(-1)?.[0];
  return last === 'resolved' || last === 'waiting' ? last : 'open';
}

/** The beginning of a business day as ISO text; `nth`: so many thousandths of a second later, as what happens on one day has an order. */
function clockOf({ time_zone }: Job): (iso_day: string, nth: number) => string {
  const convert = zoneConverter(time_zone);
  return (iso_day, nth) => {
    const day = dayNumber(iso_day);
    if (day === null) throw new Error(`${iso_day} was read as a day`);
    const { instant_ms } = convert({ day, second_of_day: 0, offset_minutes: null });
    return new Date(instant_ms + nth).toISOString();
  };
}

async function placesOf(job: Job, lines: readonly Line<ClaimRow>[]) {
  return await salePlaces(
    job,
    lines.map(({ row }) => row),
  );
}

interface ClaimPlace extends Omit<SalePlace, 'of_sale'> {
  readonly id: number;
  readonly number: string;
}
interface StandingCost {
  readonly external_id: string | null;
  readonly amount_minor: number;
}

export const claimCostStore: KindStore<CostRow> = {
  check: async (job, lines) => {
    const claims = await claimsOf(job, lines);
    const identities = await identitiesOf(job, lines, claims);
    const locked = await lockedDays(job, 'sales');
    const reasons = new Map<number, string>();
    for (const { line_number, row } of lines) {
      const known = identities.get(line_number)?.known ?? null;
      const reason = !claims.has(row.claim)
        ? `${unknown('claim', row.claim)} Import it first: Claims.`
        : job.retry && row.reference == null && known !== null
          ? `There is a cost of ${row.booked_on} for ${row.claim} already, and without a reference the line may be the same. Import the whole corrected file, or a file with references.`
          : known?.amount_minor === row.amount
            ? null
            : locked(row.booked_on);
      if (reason !== null) reasons.set(line_number, reason);
    }
    return reasons;
  },
  store: async (job, lines) => {
    const claims = await claimsOf(job, lines);
    const identities = await identitiesOf(job, lines, claims);
    await storeEach(
      job,
      'claim_cost',
      lines,
      ({ line_number, row }) => {
        const claim = claims.get(row.claim);
        const identity = identities.get(line_number);
        if (claim === undefined || identity === undefined) throw new Error(`line ${line_number} lost its claim`);
        const { id: claim_id, number: _, ...place } = claim;
        return {
          key: { claim_id, booked_on: row.booked_on, external_id: identity.external_id },
          set: { amount_minor: row.amount },
          create: { ...place, month: monthOfDay(dayNumber(row.booked_on) ?? Number.NaN) },
        };
      },
      true,
    );
  },
};

async function claimsOf(job: Job, lines: readonly Line<CostRow>[]): Promise<ReadonlyMap<string, ClaimPlace>> {
  const { rows } = await sql<ClaimPlace>`
    select id, number, party_id, order_line_id, item_id, site_id, channel_id from claim
    where company_id = ${job.company_id}::bigint
      and number = any(${textArray(new Set(lines.map(({ row }) => row.claim)))}::text::text[])`.execute(job.tx);
  return new Map(rows.map((row) => [row.number, row]));
}

/** By line number which cost it is, of those that stand or a new one. */
async function identitiesOf(
  job: Job,
  lines: readonly Line<CostRow>[],
  claims: ReadonlyMap<string, ClaimPlace>,
): Promise<ReadonlyMap<number, ChargeIdentity<StandingCost>>> {
  const ids = integerArray([...claims.values()].map(({ id }) => id));
  const { rows } = await sql<StandingCost & { claim_id: number; booked_on: string }>`
    select claim_id, booked_on::text as booked_on, external_id, amount_minor from claim_cost
    where claim_id = any(${ids}::text::bigint[]) order by claim_cost.id`.execute(job.tx);
  const standing = Map.groupBy(rows, ({ claim_id, booked_on }) => `${claim_id}|${booked_on}`);
  return identitiesByLine(lines, (row) => `${claims.get(row.claim)?.id ?? 0}|${row.booked_on}`, standing);
}
