/** The rows rules lie in: versions of what some lines are about, locked, and written as another takes effect. */
import { sql } from 'kysely';
import { dayNumber, firstDayOfMonth, isoDate, monthOfDay } from '#domain/calendar.ts';
import type { RuleLine } from '#domain/governance/change.ts';
import { endedByNext, inForceOn, type RuleVersion, succession } from '#domain/governance/inForce.ts';
import {
  keyText,
  type RuleKey,
  type RuleSubject,
  type RuleSubjectEntry,
  type RuleValues,
  SUBJECTS,
  valuesOf,
} from '#domain/governance/subjects.ts';
import type { ServerTransaction } from '#server/schema/database.ts';

export interface RuleRow extends RuleKey, RuleVersion {
  readonly id: number;
  readonly values: RuleValues;
}

/** One change of a company's rules of a kind at a time: what one reads is what it replaces. */
export async function lockRules(tx: ServerTransaction, company_id: number, subject: RuleSubject): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`rules:${company_id}:${subject}`}, 2))`.execute(tx);
}

/** All versions of what the lines are about, by key; their rows are held until the transaction ends. */
export async function versionsOf(
  tx: ServerTransaction,
  company_id: number,
  subject: RuleSubject,
  lines: readonly RuleKey[],
): Promise<ReadonlyMap<string, readonly RuleRow[]>> {
  const { table, key, key_optional, fields, versions, only_with } = SUBJECTS[subject];
  const items = [...new Set(lines.flatMap(({ item_id }) => (item_id === null ? [] : [item_id])))];
  const columns = ['id', ...key, ...fields.map(({ name }) => name), ...dayColumns(versions)];
  const { rows } = await sql<Readonly<Record<string, unknown>>>`
    select ${sql.join(columns.map((column) => sql.ref(column)))} from ${sql.table(table)}
    where company_id = ${company_id} and ${
      // where a rule may be of no item, all of the company are read: they are few
      key.includes('item_id') && !key_optional.includes('item_id')
        ? sql`item_id = any(${`{${items.join(',')}}`}::bigint[])`
        : sql`true`
    } and ${only_with === undefined ? sql`true` : sql`${sql.ref(only_with)} is not null`} order by id for update`.execute(
    tx,
  );
  const found = rows.map((row): RuleRow => {
    const number = (name: keyof RuleKey): number | null => (typeof row[name] === 'number' ? row[name] : null);
    return {
      id: Number(row['id']),
      site_id: number('site_id'),
      channel_id: number('channel_id'),
      item_id: number('item_id'),
      kpi: typeof row['kpi'] === 'string' ? row['kpi'] : null,
      party_id: number('party_id'),
      category: typeof row['category'] === 'string' ? row['category'] : null,
      name: key.includes('name') && typeof row['name'] === 'string' ? row['name'] : null,
      valid_from: versions === 'months' ? firstDayOfMonth(Number(row['from_month'])) : dayOf(row['valid_from']),
      valid_to: dayOf(row['valid_to']),
      values: valuesOf(subject, row),
    };
  });
  const by_key = Map.groupBy(found, keyText);
  if (versions !== 'months') return by_key;
  return new Map([...by_key].map(([text, of_key]) => [text, endedByNext(of_key.map(withDay))]));
}

function withDay(row: RuleRow): RuleRow & { readonly valid_from: number } {
  if (row.valid_from === null) throw new Error('a target has a first month');
  return { ...row, valid_from: row.valid_from };
}

function dayColumns(versions: RuleSubjectEntry['versions']): readonly string[] {
  return versions === 'days' ? ['valid_from', 'valid_to'] : versions === 'months' ? ['from_month'] : [];
}

function dayOf(value: unknown): number | null {
  return typeof value === 'string' ? dayNumber(value) : null;
}

/** What holds on the day of what a line is about; null = no such rule. */
export function heldOn(
  versions: ReadonlyMap<string, readonly RuleRow[]>,
  day: number,
): (line: RuleKey) => RuleValues | null {
  return (line) => inForceOn(versions.get(keyText(line)) ?? [], day)?.values ?? null;
}

/** Writes a line's rule as of the day; days before it keep theirs. */
export async function writeRule(
  tx: ServerTransaction,
  company_id: number,
  subject: RuleSubject,
  line: RuleLine,
  day: number,
  versions: readonly RuleRow[],
): Promise<void> {
  const { table, fields, key, versions: how } = SUBJECTS[subject];
  const into = sql.table(table);
  const next = succession(versions, day, { ends: line.after === null, dated: how !== 'now' });
  if (next.ends !== null && how === 'days') {
    await sql`update ${into} set valid_to = ${isoDate(day - 1)} where id = ${next.ends.id}`.execute(tx);
  }
  if (next.removed !== null) await sql`delete from ${into} where id = ${next.removed.id}`.execute(tx);
  const values = fields.map(({ name }): readonly [string, number | string | null] => [
    name,
    line.after?.[name] ?? null,
  ]);
  if (next.replaced !== null) {
    const set = values.map(([name, value]) => sql`${sql.ref(name)} = ${value}`);
    await sql`update ${into} set ${sql.join(set)} where id = ${next.replaced.id}`.execute(tx);
  }
  if (next.added !== null) {
    const { valid_from, valid_to } = next.added;
    const days: readonly (readonly [string, number | string | null])[] =
      how === 'days'
        ? [
            ['valid_from', valid_from === null ? null : isoDate(valid_from)],
            ['valid_to', valid_to === null ? null : isoDate(valid_to)],
          ]
        : how === 'months'
          ? [['from_month', monthOfDay(day)]]
          : [];
    const cells = [
      ['company_id', company_id] as const,
      ...key.map((name) => [name, line[name]] as const),
      ...values,
      ...days,
    ];
    const names = sql.join(cells.map(([name]) => sql.ref(name)));
    await sql`insert into ${into} (${names}) values (${sql.join(cells.map(([, value]) => value))})`.execute(tx);
  }
}
