/** Why a KPI has no figure before anything is computed: not for this user, not of such a slice, still loading, no row at all. */
import { sql } from 'kysely';
import type { KpiDefinition } from '#domain/kpi/definition.ts';
import { type KpiSlice, refusalOf } from '#domain/kpi/slice.ts';
import { wireTable, WIRE_TABLES, type WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext } from '../context.ts';
import { tableWords } from '../provenance.ts';
import { seesArea } from '../rights.ts';

const NAMES: ReadonlySet<string> = new Set(WIRE_TABLES.map((table) => table.name));

function isTable(name: string): name is WireTableName {
  return NAMES.has(name);
}

export function neededTables(definitions: readonly KpiDefinition[]): WireTableName[] {
  return [...new Set(definitions.flatMap((each) => [...each.needs, ...(each.reads ?? [])].filter(isTable)))];
}

export interface Hindrance {
  readonly visible: boolean;
  readonly reason: string;
}

/** KPI → what keeps it from being computed; a KPI that is missing here can be. */
export async function hindrances(
  context: QueryContext,
  company_id: number,
  definitions: readonly KpiDefinition[],
  slice: KpiSlice,
): Promise<Map<string, Hindrance>> {
  const found = new Map<string, Hindrance>();
  const lacking = new Map<WireTableName, string | null>();
  for (const definition of definitions) {
    if (!seesArea(context.user, company_id, definition.area)) {
      found.set(definition.id, { visible: false, reason: `${definition.name} is for Finance` });
      continue;
    }
    const refusal = refusalOf(definition, slice);
    if (refusal !== null) {
      found.set(definition.id, { visible: true, reason: refusal });
      continue;
    }
    for (const table of definition.needs.filter(isTable)) {
      const held = lacking.get(table);
      const reason = held === undefined ? await lackOf(context, company_id, table) : held;
      lacking.set(table, reason);
      if (reason === null) continue;
      found.set(definition.id, { visible: true, reason });
      break;
    }
    const loading = (definition.reads ?? []).filter(isTable).find((table) => context.replica.loading_tables.has(table));
    if (loading !== undefined && !found.has(definition.id))
      found.set(definition.id, { visible: true, reason: stillLoading(loading) });
  }
  return found;
}

/** In words; null when the company has rows of the table and all of them are here. */
async function lackOf(context: QueryContext, company_id: number, table: WireTableName): Promise<string | null> {
  if (context.replica.loading_tables.has(table)) return stillLoading(table);
  const { rows } = await sql`
    SELECT 1 FROM ${sql.table(wireTable(table).name)} WHERE company_id = ${company_id} LIMIT 1`.execute(context.db);
  return rows.length > 0 ? null : `No ${tableWords(table)} recorded`;
}

function stillLoading(table: WireTableName): string {
  const words = tableWords(table);
  return `${words[0]?.toUpperCase()}${words.slice(1)} are still loading`;
}
