/**
 * What held on an earlier day of rules that have one row: what stands there now, with what the first change that took effect
 * after that day replaced. Nothing but changes writes such rules.
 */
import { dayNumber } from '#domain/calendar.ts';
import { keyText, type RuleSubject, SUBJECTS } from '#domain/governance/subjects.ts';
import { type Change, changesOf } from '#db/governance/changes.ts';
import type { QueryContext } from '../context.ts';

export interface RulesThen {
  /** In place of the rules' table. */
  readonly source: string;
  readonly parameters: readonly string[];
  /** By the rule's key: the change it came with. */
  readonly changeOf: ReadonlyMap<string, Change>;
  /** By the rule's key: the day on which another took its place. */
  readonly changedOn: ReadonlyMap<string, number>;
}

export function rulesThen(context: QueryContext, company_id: number, subject: RuleSubject, day: number): RulesThen {
  const { table, key, fields } = SUBJECTS[subject];
  const dayOf = (change: Change): number => dayNumber(change.effective_on) ?? 0;
  // in the order in which the server let them take effect
  const effective = changesOf(context.scan, company_id, { subject })
    .filter(({ state }) => state === 'effective')
    .toReversed()
    .toSorted((a, b) => dayOf(a) - dayOf(b));
  const changeOf = new Map<string, Change>();
  const changedOn = new Map<string, number>();
  const told: object[] = [];
  for (const change of effective) {
    const on = dayOf(change);
    for (const line of change.lines) {
      const of = keyText(line);
      if (on <= day) changeOf.set(of, change);
      else if (!changedOn.has(of)) {
        changedOn.set(of, on);
        told.push({ key: Object.fromEntries(key.map((part) => [part, line[part]])), held: line.before });
      }
    }
  }
  const source = `(
    WITH told AS MATERIALIZED (
      SELECT ${key.map((part) => `value ->> '$.key.${part}' AS ${part}`).join(', ')},
        value -> '$.held' AS held, json_type(value, '$.held') = 'null' AS absent
      FROM json_each(?)
    )
    SELECT now.id, now.company_id, ${key.map((part) => `now.${part}`).join(', ')},
      ${fields.map(({ name }) => `CASE WHEN told.absent IS NULL THEN now.${name} ELSE told.held ->> '$.${name}' END AS ${name}`).join(', ')}
    FROM main.${table} now LEFT JOIN told ON ${key.map((part) => `told.${part} = now.${part}`).join(' AND ')}
    WHERE coalesce(told.absent, 0) = 0
  )`;
  return { source, parameters: [JSON.stringify(told)], changeOf, changedOn };
}
