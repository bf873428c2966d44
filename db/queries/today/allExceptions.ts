/** Which exceptions are there, whatever was done about them? Found as Today finds them, and what waits for a quiet hour too. */
import { createHash } from 'node:crypto';
import { dayNumber, isoDate } from '#domain/calendar.ts';
import { monthInWords } from '#domain/calendarWords.ts';
import { columnFilterTest, type FilteredValue } from '#domain/columnFilters.ts';
import { entityOfKey } from '#domain/exceptions/entity.ts';
import { kindOfKey, type ExceptionKind } from '#domain/exceptions/exception.ts';
import { KIND_NAMES, subjectOf, supplierOf } from '#domain/exceptions/kindNames.ts';
import type { ClearedException, EXCEPTION_FILTER_COLUMNS, ExceptionRow, QueryArgs } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import { changesOf } from '#db/governance/changes.ts';
import type { QueryHandler } from '../context.ts';
import { companiesTogether } from '../pivot/scope.ts';
import { provenance } from '../provenance.ts';
import { sitesOf } from '../reference/names.ts';
import { latest, type SinceMonth } from '../wholeSince.ts';
import { exceptionsOf, findingOf } from './exceptions.ts';
import type { Finding } from './found.ts';
import { type MarkRow, marksOf } from './marks.ts';
import { MOST_PEOPLE, peopleOf } from './people.ts';
import { byShownStake, isMine, standingOf, type StandingException, todayRow } from './standing.ts';

/** What was marked longer ago and is gone is past. */
const CLEARED_DAYS = 30;
const MOST_CLEARED = 100;
const DAY_MS = 86_400_000;

interface Listed extends StandingException {
  readonly company: string;
  readonly site: string | null;
  readonly subject: string;
  readonly supplier: string | null;
  readonly age_days: number | null;
}

export const exceptions: QueryHandler<'exceptions'> = async (context, args) => {
  const { companies, book } = await companiesTogether(context, args.company_ids, args.reporting_currency);
  const all: Listed[] = [];
  const cleared: ClearedException[] = [];
  const people = new Set<string>();
  const tables = new Set<WireTableName>();
  let since_month: SinceMonth = null;
  let waiting = false;
  let as_of_on = Number.MAX_SAFE_INTEGER;
  for (const { id } of companies) {
    const finding = await findingOf(context, id);
    as_of_on = Math.min(as_of_on, finding.as_of_on);
    const marks = await marksOf(finding);
    const found = await exceptionsOf(finding, { kept: true });
    waiting ||= found.waiting.size > 0;
    for (const table of found.tables) tables.add(table);
    since_month = latest(since_month, found.since_month);
    const sites = await sitesOf(context.db, id);
    for (const standing of standingOf(finding, found.exceptions, marks, book)) {
      const { facts, site_id, since_on } = standing.exception;
      all.push({
        ...standing,
        company: finding.company.name,
        site: site_id === null ? null : (sites.get(site_id)?.name ?? null),
        subject: subjectOf(facts),
        supplier: supplierOf(facts),
        age_days: since_on === null ? null : Math.max(0, finding.as_of_on - since_on),
      });
    }
    // what could not be looked for may still stand
    if (found.waiting.size === 0) cleared.push(...clearedOf(finding, marks, found.exceptions));
    for (const name of await peopleOf(finding)) people.add(name);
  }
  const mine = all.filter((each) => args.whose === 'all' || isMine(each.exception, each.marks, context.user));
  const inState = mine.filter((each) => stateIs(each, args.state));
  const wanted = narrowed(inState, args);
  const ordered = wanted.toSorted(orderOf(args.sort));
  const rows = flattened(ordered, args);
  const edition = editionName(ordered);
  const sum = (held: readonly Listed[]): number | null =>
    held.reduce<number | null>(
      (to, { shown_minor }) => (to === null || shown_minor === null ? null : to + shown_minor),
      0,
    );
  return {
    rows: rows.slice(args.offset, args.offset + args.limit).map((row) => shownRow(row, companies.length > 1, sum)),
    total_rows: rows.length,
    edition,
    newer: false,
    located: args.locate.map((key) => {
      const at = rows.findIndex((row) => keyOf(row) === key);
      return at < 0 ? null : at;
    }),
    total: wanted.length,
    total_stake_minor: sum(wanted),
    kinds: [...Map.groupBy(inState, (each) => each.exception.facts.kind)]
      .map(([kind, held]) => ({ kind, count: held.length, shown_minor: sum(held) }))
      .toSorted((a, b) => (b.shown_minor ?? 0) - (a.shown_minor ?? 0)),
    counts: {
      awake: mine.filter((each) => stateIs(each, 'awake')).length,
      escalated: mine.filter((each) => stateIs(each, 'escalated')).length,
      snoozed: mine.filter((each) => stateIs(each, 'snoozed')).length,
    },
    cleared: cleared.toSorted((a, b) => (a.on < b.on ? 1 : a.on > b.on ? -1 : 0)).slice(0, MOST_CLEARED),
    people: [...people].toSorted().slice(0, MOST_PEOPLE),
    waiting,
    currency: book.currency,
    conversion: book.used(),
    as_of_date: isoDate(as_of_on),
    provenance: provenance(
      context,
      [...tables, ...(book.converts ? (['fx_rate'] as const) : [])],
      waiting ? null : since_month,
    ),
  };
};

type Args = QueryArgs<'exceptions'>;

function stateIs({ marks }: Listed, state: Args['state']): boolean {
  if (state === 'snoozed') return marks.snoozed_until_on !== null;
  return marks.snoozed_until_on === null && (state === 'awake' || marks.escalated !== null);
}

function narrowed(all: readonly Listed[], { kind, site_id, text, filters }: Args): readonly Listed[] {
  const holds = columnFilterTest<Column>(filters);
  const words = text?.trim().toLowerCase() ?? '';
  return all.filter((each) => {
    const { exception, subject, supplier, site } = each;
    return (
      (kind === undefined || exception.facts.kind === kind) &&
      (site_id === undefined || exception.site_id === site_id) &&
      (words === '' || `${subject} ${supplier ?? ''} ${site ?? ''}`.toLowerCase().includes(words)) &&
      holds((column) => valueOf(each, column))
    );
  });
}

type Column = (typeof EXCEPTION_FILTER_COLUMNS)[number];

/** What a column says of an exception: the age in days, other days as ISO text. */
function valueOf(each: Listed, column: Column): FilteredValue {
  const { exception, subject, supplier, site } = each;
  switch (column) {
    case 'subject':
      // a title names what happened, to what and where
      return `${KIND_NAMES[exception.facts.kind]} ${subject} ${supplier ?? ''} ${site ?? ''}`;
    case 'kind':
      return exception.facts.kind;
    case 'company':
      return each.company;
    case 'site':
      return site;
    case 'supplier':
      return supplier;
    case 'stake':
      return each.shown_minor;
    case 'due':
      return exception.due_on === null ? null : isoDate(exception.due_on);
    case 'since':
      return each.age_days;
    case 'owner':
      return whoHas(each);
  }
}

const whoHas = ({ exception, marks }: Listed): string | null => marks.assigned_to ?? exception.owner;

type Comparable = number | string | null;
const VALUES: Readonly<Record<Args['sort'][number]['column'], (each: Listed) => Comparable>> = {
  subject: ({ subject }) => subject,
  stake: ({ shown_minor }) => shown_minor,
  due: ({ exception }) => exception.due_on,
  since: ({ exception }) => exception.since_on,
  owner: whoHas,
};

/** What has no value comes last, whichever way; then by money. */
function orderOf(sorts: Args['sort']): (a: Listed, b: Listed) => number {
  return (a, b) => {
    for (const { column, descending } of sorts) {
      const [x, y] = [VALUES[column](a), VALUES[column](b)];
      if (x === y) continue;
      if (x === null || y === null) return x === null ? 1 : -1;
      return x < y === descending ? 1 : -1;
    }
    return byShownStake(a, b);
  };
}

interface Group {
  readonly key: string;
  readonly label: string;
  readonly expanded: boolean;
  readonly held: readonly Listed[];
}
type Flat = Group | Listed;

const isGroup = (row: Flat): row is Group => 'held' in row;
/** Keys of two companies may be the same: an exception of no channel has no number of its own. */
const keyOf = (row: Flat): string => (isGroup(row) ? row.key : `${row.exception.company_id}/${row.exception.key}`);

function groupOf(each: Listed, by: Args['group_by']): readonly [key: string, label: string] {
  switch (by) {
    case 'kind':
      return [each.exception.facts.kind, KIND_NAMES[each.exception.facts.kind]];
    case 'site':
      return [String(each.exception.site_id ?? 0), each.site ?? 'Of no single site'];
    case 'supplier':
      return [each.supplier ?? '', each.supplier ?? 'Of no supplier'];
    default: {
      const who = whoHas(each);
      return [who ?? '', who ?? 'Nobody’s yet'];
    }
  }
}

/** Groups by their money, each with its own in the order asked for. */
function flattened(ordered: readonly Listed[], { group_by, expanded }: Args): Flat[] {
  if (group_by === 'none') return [...ordered];
  const open = new Set(expanded);
  const groups = [...Map.groupBy(ordered, (each) => groupOf(each, group_by)[0])].map(([id, held]): Group => {
    const [first] = held;
    const key = `g:${id}`.slice(0, 120);
    return { key, label: first ? groupOf(first, group_by)[1] : id, expanded: open.has(key), held };
  });
  const worth = ({ held }: Group): number => held.reduce((to, { shown_minor }) => to + (shown_minor ?? 0), 0);
  return groups
    .toSorted((a, b) => worth(b) - worth(a) || (a.label < b.label ? -1 : 1))
    .flatMap((group): Flat[] => [group, ...(group.expanded ? group.held : [])]);
}

function shownRow(row: Flat, many: boolean, sum: (held: readonly Listed[]) => number | null): ExceptionRow {
  if (isGroup(row)) {
    return {
      key: row.key,
      level: 0,
      expanded: row.expanded,
      label: row.label,
      children: row.held.length,
      exception: null,
      company: null,
      site: null,
      supplier: null,
      shown_minor: sum(row.held),
    };
  }
  const { exception, marks, currency, shown_minor } = row;
  return {
    key: keyOf(row),
    level: 1,
    expanded: false,
    label: row.subject,
    children: 0,
    exception: todayRow(exception, marks, currency, shown_minor),
    company: many ? row.company : null,
    site: row.site,
    supplier: row.supplier,
    shown_minor,
  };
}

/** The same rows in the same order, with the same marks, have the same name: blocks of two states are never mixed. */
function editionName(ordered: readonly Listed[]): string {
  const hash = createHash('sha256');
  for (const { exception, marks, shown_minor } of ordered) {
    hash.update(
      `${exception.company_id}/${exception.key} ${shown_minor} ${marks.snoozed_until_on} ${marks.assigned_to} ${marks.escalated?.since_on} ${marks.waiting}\n`,
    );
  }
  return hash.digest('base64url').slice(0, 24);
}

function clearedOf(
  { context, company, as_of_on }: Finding,
  marks: ReadonlyMap<string, readonly MarkRow[]>,
  standing: readonly { readonly key: string }[],
): ClearedException[] {
  const there = new Set(standing.map(({ key }) => key));
  const gone: ClearedException[] = [];
  for (const [key, own] of marks) {
    const kind: ExceptionKind | null = kindOfKey(key);
    const last = own.at(-1);
    if (there.has(key) || kind === null || last === undefined || entityOfKey(key) === null) continue;
    const on = isoDate(Math.floor((last.accepted ? last.accepted_at_ms : last.written_at) / DAY_MS));
    if ((dayNumber(on) ?? 0) < as_of_on - CLEARED_DAYS) continue;
    const what = last.kind === 'snoozed' ? 'snoozed' : last.kind === 'assigned' ? 'assigned' : 'reopened';
    const of = { key, company_id: company.id, kind, subject: nameOf(context, company.id, key) };
    gone.push({ ...of, what, who: last.author, on, assigned_to: last.assigned_to });
  }
  return gone.toSorted((a, b) => (a.on < b.on ? 1 : a.on > b.on ? -1 : 0)).slice(0, MOST_CLEARED);
}

/** Of what is gone only the key is left: the name of what it speaks of. */
function nameOf({ scan }: Finding['context'], company_id: number, key: string): string {
  const entity = entityOfKey(key);
  if (entity === null) return key;
  const named = (statement: string, id: number): string =>
    scan<readonly [string]>(`SELECT ${statement} WHERE id = ?`, [id])[0]?.[0] ?? key;
  switch (entity.of) {
    case 'position':
      return `${named("code || ' ' || name FROM main.item", entity.item_id)}, ${named('name FROM main.site', entity.site_id)}`;
    case 'item':
      return named("code || ' ' || name FROM main.item", entity.id);
    case 'site':
      return named('name FROM main.site', entity.id);
    case 'channel':
      return entity.channel_id === null ? 'Of no channel' : named('name FROM main.channel', entity.channel_id);
    case 'month':
      return `Margins of ${monthInWords(entity.month)}`;
    case 'supplier':
    case 'customer':
      return named('name FROM main.party', entity.id);
    case 'transfer': {
      const request = scan<readonly [string]>(
        `SELECT e.number || ' ' || i.name FROM main.transfer_event e JOIN main.item i ON i.id = e.item_id
         WHERE e.transfer_id = ? LIMIT 1`,
        [entity.id],
      );
      return request[0]?.[0] ?? key;
    }
    case 'purchase_order':
      return named('number FROM main.purchase_order', entity.id);
    case 'rule_change': {
      const [change] = changesOf(scan, company_id, { id: entity.id });
      return change?.title ?? key;
    }
    case 'claim':
      return named('number FROM main.claim', entity.id);
    case 'close_task':
      return named('title FROM main.close_task', entity.id);
    case 'close_period': {
      const [found] = scan<readonly [number]>('SELECT period FROM main.close_period WHERE id = ?', [entity.id]);
      return found ? `Journal of ${monthInWords(found[0])}` : key;
    }
    case 'count_line':
      return named('location FROM main.stock_count_line', entity.id);
  }
}
