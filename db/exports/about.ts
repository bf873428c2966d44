/** The last sheet of a file: whose rows these are, of when, and by which filters. */
import type { QueryContext } from '#db/queries/context.ts';
import { groupNames } from '#db/queries/reference/names.ts';
import type { RowsOfQuery, TableQuestion } from './makeTable.ts';

/** Arguments that say how rows are paged or unfolded, not which they are. */
const NOT_SAID = new Set(['offset', 'limit', 'expanded', 'company_id', 'company_ids', 'reporting_currency']);
const NAMED = { site_id: 'site', channel_id: 'channel', party_id: 'customer', item_id: 'item' } as const;

export interface MadeBy {
  readonly user_name: string;
  readonly made_at_ms: number;
}

export async function aboutRows(
  context: QueryContext,
  question: TableQuestion,
  rows: RowsOfQuery,
  made: MadeBy,
): Promise<readonly (readonly [string, string])[]> {
  const args = isRecord(question.args) ? question.args : {};
  const asked = typeof args['company_id'] === 'number' ? [args['company_id']] : args['company_ids'];
  const company_ids = Array.isArray(asked) ? asked.filter((id): id is number => typeof id === 'number') : [];
  const companies =
    company_ids.length === 0
      ? []
      : await context.db
          .selectFrom('company')
          .select(['name', 'code'])
          .where('id', 'in', company_ids)
          .orderBy('name')
          .execute();
  const company_id = company_ids.length === 1 ? (company_ids[0] ?? null) : null;
  const filters: (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(args)) {
    if (NOT_SAID.has(name) || value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    const group = name in NAMED ? NAMED[name as keyof typeof NAMED] : undefined;
    if (group && company_id !== null && typeof value === 'number') {
      const key = value === 0 ? '' : String(value);
      const names = await groupNames(context.db, company_id, group, [key]);
      filters.push([titleOf(group), names.get(key)?.label ?? key]);
    } else filters.push([titleOf(name), said(value)]);
  }
  const { as_of_ms, checkpoint } = context.replica;
  return [
    ['Rows', rows.name],
    ...companies.map((company) => ['Company', `${company.name} (${company.code})`] as const),
    ...filters,
    ['As of', as_of_ms === null ? 'not yet loaded' : `${new Date(as_of_ms).toISOString()} (checkpoint ${checkpoint})`],
    ...rows.statements,
    ['Made by', made.user_name],
    ['Made at', new Date(made.made_at_ms).toISOString()],
    ['Query', question.query],
  ];
}

/** 'from_month' → 'From month' */
function titleOf(name: string): string {
  const words = name.replaceAll('_', ' ');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

function said(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(said).join('; ');
  if (!isRecord(value)) return String(value);
  const { column, op, descending } = value;
  if (typeof column === 'string' && typeof op === 'string') return `${column} ${op} ${said(value['value'])}`;
  if (typeof column === 'string') return `${column}${descending === true ? ', largest first' : ''}`;
  if ('from' in value || 'to' in value) return `${said(value['from'] ?? '…')} to ${said(value['to'] ?? '…')}`;
  return JSON.stringify(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
