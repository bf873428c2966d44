import { sql } from 'kysely';
import { dayNumber, monthOfDay } from '#domain/calendar.ts';
import { journalsOf } from '#domain/close/journalKinds.ts';
import { CLOSING_JOURNALS, whyNotClosing } from '#domain/close/yearEnd.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import { type GL, glAmountMinor } from '#domain/imports/kinds/gl.ts';
import { integerArray } from '#server/imports/arrayText.ts';
import { type LockedDays, lockedDays } from '#server/close/lockedDays.ts';
import { type Job, type KindStore, type Line, storeEach } from '../job.ts';
import { kept } from '../kept.ts';
import { unknown } from '../missing.ts';
import { givenJournals, yearBegins } from '../yearEnd.ts';

type GlRow = RowOf<(typeof GL)['fields']>;

export const glStore: KindStore<GlRow> = {
  check: async (job, lines, file) => {
    const { lookups } = job;
    await lookups.find(
      'gl_account',
      lines.map(({ row }) => row.account),
    );
    await lookups.find(
      'channel',
      lines.map(({ row }) => row.channel),
    );
    const parties = lines.map(({ row }) => row.party);
    await lookups.find('customer', parties);
    await lookups.find('supplier', parties);
    const kinds = accountsToMake(lines, file);
    const locked = await lockedDays(job, 'ledger');
    const standing = await standingEntries(job, lines);
    const notClosing = await closingRule(job, lines, kinds);
    const reasons = new Map<number, string>();
    for (const { line_number, row } of lines) {
      const reason = whyNot(job, row, kinds, locked, standing.get(entryKey(row))) ?? notClosing(row);
      if (reason !== null) reasons.set(line_number, reason);
    }
    return reasons;
  },
  store: async (job, lines, file) => {
    const { lookups } = job;
    await lookups.make('gl_account', accountsToMake(lines, file));
    const entries = [...Map.groupBy(lines, ({ row }) => entryKey(row)).values()];
    const heads = entries.flatMap(([first]) => first ?? []);
    const headRows = await storeEach(
      job,
      'gl_entry',
      heads,
      ({ row }) => ({
        key: { journal: row.journal, number: row.number },
        set: { booked_on: row.booked_on, month: monthOf(row.booked_on), ref: row.ref, memo: kept(row.memo) },
        create: { memo: '' },
        stamp: { posted_at: job.now.toISOString() },
      }),
      true,
    );
    const numbered = entries.flatMap((entry, index) =>
      entry.map((line, place) => ({ ...line, entry_id: headRows[index]?.id ?? null, ordinal: place + 1 })),
    );
    await storeEach(
      job,
      'gl_line',
      numbered,
      ({ row, entry_id, ordinal }) => ({
        key: { entry_id, external_id: String(ordinal) },
        set: {
          account_id: lookups.id('gl_account', row.account),
          channel_id: row.channel == null ? row.channel : lookups.id('channel', row.channel),
          party_id: row.party == null ? row.party : partyId(job, row.party),
          month: monthOf(row.booked_on),
          amount_minor: glAmountMinor(row),
          ref: row.ref,
        },
      }),
      true,
    );
    await dropSurplus(
      job,
      heads.map((head, index) => ({ head, id: headRows[index]?.id ?? 0, lines: entries[index]?.length ?? 0 })),
    );
  },
};

function whyNot(
  job: Job,
  row: GlRow,
  makeable: ReadonlyMap<string, unknown>,
  locked: LockedDays,
  standing: StandingEntry | undefined,
): string | null {
  const { lookups } = job;
  const why = locked(row.booked_on) ?? (standing ? locked(standing.booked_on) : null);
  if (why !== null) return why;
  if (standing?.own === true) return 'This entry was made in Binnacle, not imported; a file never changes it.';
  if (lookups.id('gl_account', row.account) === null) {
    if (!job.make_missing) return unknown('account', row.account, true);
    if (!makeable.has(row.account))
      return `There is no account "${row.account}", and no line says its kind (asset, liability, equity, income, expense).`;
  }
  if (row.channel != null && lookups.id('channel', row.channel) === null) return unknown('channel', row.channel);
  if (row.party != null && partyId(job, row.party) === null) return unknown('customer or supplier', row.party);
  return null;
}

/** Why a line of a journal of closing entries is none, in a sentence; null = it is one, or of another journal. */
async function closingRule(
  job: Job,
  lines: readonly Line<GlRow>[],
  makeable: ReadonlyMap<string, { readonly kind: string }>,
): Promise<(row: GlRow) => string | null> {
  const journals = journalsOf(await givenJournals(job));
  const closes = ({ journal }: GlRow): boolean => CLOSING_JOURNALS.has(journals.kindOf(journal));
  const codes = [...new Set(lines.flatMap(({ row }) => (closes(row) ? [row.account] : [])))];
  if (codes.length === 0) return () => null;
  const first = await yearBegins(job);
  const accounts = await job.tx
    .selectFrom('gl_account')
    .select(['code', 'kind'])
    .where('company_id', '=', job.company_id)
    .where('code', 'in', codes)
    .execute();
  const kinds = new Map(accounts.map(({ code, kind }) => [code, kind]));
  return (row) => {
    if (!closes(row)) return null;
    const { journal, account, booked_on } = row;
    const kind = kinds.get(account) ?? makeable.get(account)?.kind ?? null;
    return whyNotClosing({ journal, booked_on: dayOf(booked_on), account, kind }, first);
  };
}

function entryKey(row: GlRow): string {
  return JSON.stringify([row.journal, row.number]);
}

function monthOf(iso: string): number {
  return monthOfDay(dayOf(iso));
}

function dayOf(iso: string): number {
  const day = dayNumber(iso);
  if (day === null) throw new Error(`${iso} is no date`);
  return day;
}

function partyId(job: Job, code: string): number | null {
  return job.lookups.id('customer', code) ?? job.lookups.id('supplier', code);
}

/** Accounts of these lines whose kind some line of the file says. */
function accountsToMake(
  lines: readonly Line<GlRow>[],
  file: readonly Line<GlRow>[],
): ReadonlyMap<string, { name: string; kind: string }> {
  const wanted = new Set(lines.map(({ row }) => row.account));
  const accounts = new Map<string, { name: string; kind: string }>();
  for (const { row } of file) {
    if (row.account_kind != null && wanted.has(row.account) && !accounts.has(row.account))
      accounts.set(row.account, { name: row.account_name ?? row.account, kind: row.account_kind });
  }
  return accounts;
}

interface StandingEntry {
  readonly booked_on: string;
  /** Some of its lines came from no file. */
  readonly own: boolean;
}

async function standingEntries(job: Job, lines: readonly Line<GlRow>[]): Promise<ReadonlyMap<string, StandingEntry>> {
  const wanted = [...Map.groupBy(lines, ({ row }) => entryKey(row)).values()].flatMap(([first]) =>
    first ? [{ journal: first.row.journal, number: first.row.number }] : [],
  );
  const { rows } = await sql<StandingEntry & { journal: string; number: string }>`
    select e.journal, e.number, to_char(e.booked_on, 'YYYY-MM-DD') as booked_on,
      exists (select 1 from gl_line l where l.entry_id = e.id and l.external_id is null) as own
    from jsonb_to_recordset(${JSON.stringify(wanted)}::text::jsonb) as n(journal text, number text)
    join gl_entry e on e.company_id = ${job.company_id}::bigint and e.journal = n.journal and e.number = n.number`.execute(
    job.tx,
  );
  return new Map(rows.map((row) => [JSON.stringify([row.journal, row.number]), row]));
}

/** An entry that got shorter loses its last lines. */
async function dropSurplus(
  job: Job,
  entries: readonly { readonly head: Line<GlRow>; readonly id: number; readonly lines: number }[],
): Promise<void> {
  const { rows } = await sql<{ entry_id: number; count: number }>`
    select l.entry_id, count(*)::int as count from unnest(${integerArray(entries.map(({ id }) => id))}::text::bigint[]) as n(id)
    join gl_line l on l.entry_id = n.id group by l.entry_id`.execute(job.tx);
  const counts = new Map(rows.map(({ entry_id, count }) => [entry_id, count]));
  for (const { head, id, lines } of entries) {
    const before = counts.get(id) ?? 0;
    if (before <= lines) continue;
    await sql`delete from gl_line where entry_id = ${id}::bigint and external_id::int > ${lines}::int`.execute(job.tx);
    job.changes.note(head, { id, status: 'changed', fields: [{ column: 'lines', before, after: lines }] }, false);
  }
}
