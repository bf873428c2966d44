/** The rules of a kind that hold on a day, in blocks. */
import { dayNumber, firstDayOfMonth, isoDate, monthOfDay } from '#domain/calendar.ts';
import { keyText, type RuleKeyPart, SUBJECTS, valuesOf } from '#domain/governance/subjects.ts';
import type { RulesInForce, RuleView } from '#contract/queries.ts';
import { wireTable } from '#contract/wire/tables.ts';
import type { QueryHandler } from '../context.ts';
import { isoDateOrNull, provenance } from '../provenance.ts';
import { approverOf, neededFor, ruleCompany, standingChanges } from './names.ts';
import { rulesAhead } from './rulesAhead.ts';
import { rulesThen } from './rulesThen.ts';

const SORTS = {
  item: 'i.code',
  site: 's.code',
  channel: 'c.name',
  kpi: 'r.kpi',
  customer: 'p.name',
  category: 'r.category',
  name: 'r.name',
  owner: 'r.owner',
  since: 'r.valid_from',
} as const;

const SORT_PARTS = {
  item: 'item_id',
  site: 'site_id',
  channel: 'channel_id',
  kpi: 'kpi',
  customer: 'party_id',
  category: 'category',
  name: 'name',
} as const;

const USUAL: Readonly<Record<RuleKeyPart, string>> = {
  item_id: 'i.code',
  site_id: 's.code',
  channel_id: 'c.name',
  kpi: 'r.kpi',
  party_id: 'p.name',
  category: 'r.category',
  name: 'r.name',
};

export const rulesInForce: QueryHandler<'rulesInForce'> = async (context, args) => {
  const { company_id, subject, offset, limit } = args;
  const { table, key, fields, versions, only_with } = SUBJECTS[subject];
  const company = await ruleCompany(context, company_id);
  const day = (args.on === undefined ? null : dayNumber(args.on)) ?? company.today;
  const of = (part: RuleKeyPart): boolean => key.includes(part);
  const dated = versions === 'days';
  const before = versions === 'now' && day < company.today ? rulesThen(context, company_id, subject, day) : null;
  const ahead = day > company.today ? rulesAhead(context, company_id, subject, day) : null;
  const then = before ?? ahead;
  const columns = [
    'r.id',
    of('site_id') ? 'r.site_id' : 'NULL',
    of('channel_id') ? 'r.channel_id' : 'NULL',
    of('item_id') ? 'r.item_id' : 'NULL',
    of('kpi') ? 'r.kpi' : 'NULL',
    dated ? 'r.valid_from' : versions === 'months' ? 'r.from_month' : 'NULL',
    dated ? 'r.valid_to' : 'NULL',
    of('site_id') ? 's.code' : 'NULL',
    of('channel_id') ? 'c.name' : 'NULL',
    ...(of('item_id') ? ['i.code', 'i.name', 'i.uom'] : ['NULL', 'NULL', 'NULL']),
    ...(of('party_id') ? ['r.party_id', 'p.code', 'p.name'] : ['NULL', 'NULL', 'NULL']),
    of('category') ? 'r.category' : 'NULL',
    of('name') ? 'r.name' : 'NULL',
    ...fields.map(({ name }) => `r.${name}`),
  ];
  const from = `FROM ${then?.source ?? `main.${table}`} r${of('site_id') ? ' LEFT JOIN main.site s ON s.id = r.site_id' : ''}${
    of('channel_id') ? ' LEFT JOIN main.channel c ON c.id = r.channel_id' : ''
  }${of('item_id') ? ' LEFT JOIN main.item i ON i.id = r.item_id' : ''}${
    of('party_id') ? ' LEFT JOIN main.party p ON p.id = r.party_id' : ''
  }`;
  const where = ['r.company_id = ?'];
  const parameters: (number | string)[] = [...(then?.parameters ?? []), company_id];
  const also = (condition: string, ...values: (number | string)[]): void => {
    where.push(condition);
    parameters.push(...values);
  };
  if (only_with !== undefined) also(`r.${only_with} IS NOT NULL`);
  if (dated) also('coalesce(r.valid_from, ?) <= ? AND coalesce(r.valid_to, ?) >= ?', day, day, day, day);
  if (versions === 'months') {
    const month = monthOfDay(day);
    also(
      `r.from_month <= ? AND NOT EXISTS (SELECT 1 FROM main.${table} n WHERE n.company_id = r.company_id AND n.kpi = r.kpi
         AND n.channel_id IS r.channel_id AND n.from_month <= ? AND n.from_month > r.from_month)`,
      month,
      month,
    );
  }
  if (args.site_id !== undefined && of('site_id')) also('r.site_id = ?', args.site_id);
  for (const word of (args.text ?? '').split(/\s+/).filter((each) => each !== '')) {
    const within = [
      'r.owner',
      ...(of('item_id') ? ['i.code', 'i.name'] : []),
      ...(of('channel_id') ? ['c.name'] : []),
      ...(of('party_id') ? ['p.code', 'p.name'] : []),
      ...(of('category') ? ['r.category'] : []),
      ...(of('name') || fields.some(({ name }) => name === 'name') ? ['r.name'] : []),
      ...(of('kpi') ? ["replace(r.kpi, '_', ' ')", 'r.kpi'] : []),
    ];
    const like = `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    also(`(${within.map((column) => `${column} LIKE ? ESCAPE '\\'`).join(' OR ')})`, ...within.map(() => like));
  }
  const usual = key.map((part) => USUAL[part]);
  const wanted = args.sort === undefined ? null : sortColumn(args.sort.column, of, versions);
  const order = [...(wanted === null ? [] : [`${wanted}${args.sort?.descending ? ' DESC' : ''}`]), ...usual, 'r.id'];
  const filter = `WHERE ${where.join(' AND ')}`;
  const [counted] = context.scan<readonly [total: number, without_owner: number | null]>(
    `SELECT count(*), sum(r.owner IS NULL) ${from} ${filter}`,
    parameters,
  );
  context.checkCancelled();
  const found = context.scan<readonly unknown[]>(
    `SELECT ${columns.join(', ')} ${from} ${filter} ORDER BY ${order.join(', ')} LIMIT ? OFFSET ?`,
    [...parameters, limit, offset],
  );
  const { effective, waiting } = standingChanges(context, company_id, subject, ahead?.held);
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  const rows = found.map((cells): RuleView => {
    const [
      id,
      site_id,
      channel_id,
      item_id,
      kpi,
      begun,
      ended,
      site,
      channel,
      item_code,
      item_name,
      uom,
      party_id,
      customer_code,
      customer_name,
      category,
      name,
      ...figures
    ] = cells;
    const rule = {
      site_id: number(site_id),
      channel_id: number(channel_id),
      item_id: number(item_id),
      kpi: text(kpi),
      party_id: number(party_id),
      category: text(category),
      name: text(name),
    };
    const key_text = keyText(rule);
    const change = before ? before.changeOf.get(key_text) : (ahead?.changeOf.get(key_text) ?? effective.get(key_text));
    const next_on = then?.changedOn.get(key_text);
    const since =
      versions === 'months'
        ? firstDayOfMonth(Number(begun))
        : dated
          ? number(begun)
          : dayNumber(change?.effective_on ?? '');
    // of an older version than the newest change the change says nothing
    const its = change !== undefined && since === dayNumber(change.effective_on) ? change : undefined;
    const next = waiting.get(key_text);
    return {
      ...rule,
      // two rows of one key, which an import may make, are two rows
      key: `${key_text}#${Number(id)}`,
      site: text(site),
      channel: text(channel),
      item_code: text(item_code),
      item_name: text(item_name),
      uom: text(uom),
      customer_code: text(customer_code),
      customer_name: text(customer_name),
      values: valuesOf(subject, Object.fromEntries(fields.map(({ name }, index) => [name, figures[index]]))),
      since: isoDateOrNull(since),
      until: isoDateOrNull(next_on === undefined ? number(ended) : next_on - 1),
      changed_by: its?.author ?? null,
      approved_by: its === undefined ? null : approverOf(its),
      waits: next?.state === 'draft' || next?.state === 'approved' ? { change_id: next.id, state: next.state } : null,
    };
  });
  const tables = neededFor(subject);
  const edition = context
    .scan<readonly [number]>(
      `SELECT version FROM main.table_version WHERE tbl IN (${tables.map((name) => wireTable(name).id).join(', ')}) ORDER BY tbl`,
      [],
    )
    .join('.');
  const answer: RulesInForce = {
    rows,
    total_rows: counted?.[0] ?? 0,
    on: isoDate(day),
    currency: company.currency,
    without_owner: counted?.[1] ?? 0,
    // a state of the tables: blocks of two states are never shown together
    edition,
    newer: false,
    located: args.locate.map(() => null),
    provenance: provenance(context, tables),
  };
  return answer;
};

function sortColumn(column: keyof typeof SORTS, of: (part: RuleKeyPart) => boolean, versions: string): string | null {
  if (column === 'since') return versions === 'days' ? SORTS.since : versions === 'months' ? 'r.from_month' : null;
  if (column === 'owner') return SORTS.owner;
  return of(SORT_PARTS[column]) ? SORTS[column] : null;
}
