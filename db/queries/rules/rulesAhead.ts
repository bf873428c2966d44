/**
 * What will hold on a day to come: what stands there now, and what is approved to take effect until then, as the server will
 * let it (`takeEffect`): the earlier first, and nothing of a change that replaces something else than holds by then.
 */
import { dayNumber, monthOfDay } from '#domain/calendar.ts';
import { overtakenLines } from '#domain/governance/change.ts';
import { inForceOn, succeeded } from '#domain/governance/inForce.ts';
import { keyText, type RuleKey, ruleKeyOf, type RuleSubject, SUBJECTS } from '#domain/governance/subjects.ts';
import { type Change, changesOf } from '#db/governance/changes.ts';
import { type RuleRow, ruleRows } from '#db/governance/ruleRows.ts';
import type { QueryContext } from '../context.ts';
import type { RulesThen } from './rulesThen.ts';

export interface RulesAhead extends RulesThen {
  /** Changes that hold by then. */
  readonly held: ReadonlySet<string>;
}

/** A version that no row is written for yet. */
const NOT_WRITTEN = 0;

/** null: nothing is approved that would change a rule. */
export function rulesAhead(
  context: QueryContext,
  company_id: number,
  subject: RuleSubject,
  day: number,
): RulesAhead | null {
  const { versions: how } = SUBJECTS[subject];
  const dayOf = (change: Change): number => dayNumber(change.effective_on) ?? 0;
  // of one day in the order in which they were drafted
  const approved = changesOf(context.scan, company_id, { subject })
    .filter(({ state }) => state === 'approved')
    .toReversed()
    .toSorted((a, b) => dayOf(a) - dayOf(b));
  if (approved.length === 0) return null;
  const touched = new Set(approved.flatMap(({ lines }) => lines.map(keyText)));
  const items = [...new Set(approved.flatMap(({ lines }) => lines.flatMap(({ item_id }) => item_id ?? [])))];
  const stored = ruleRows(context.scan, company_id, subject, items).filter((row) => touched.has(keyText(row)));
  const versions = new Map<string, readonly RuleRow[]>(Map.groupBy(stored, keyText));
  const of = (key: RuleKey): readonly RuleRow[] => versions.get(keyText(key)) ?? [];
  const held = new Set<string>();
  const changeOf = new Map<string, Change>();
  const changedOn = new Map<string, number>();
  for (const change of approved) {
    const on = dayOf(change);
    if (overtakenLines(subject, change.lines, (line) => inForceOn(of(line), on)?.values ?? null).length > 0) continue;
    if (on <= day) held.add(change.id);
    for (const line of change.lines) {
      const key = keyText(line);
      if (on <= day) changeOf.set(key, change);
      // what has one row keeps the one that holds on the day; the others say themselves when they end
      else if (how === 'now') {
        if (!changedOn.has(key)) changedOn.set(key, on);
        continue;
      }
      const { after } = line;
      const next = succeeded(of(line), on, { ends: after === null, dated: how !== 'now' }, (days, replaced) => ({
        ...ruleKeyOf(line),
        ...days,
        id: replaced?.id ?? NOT_WRITTEN,
        values: after ?? {},
      }));
      versions.set(key, next);
    }
  }
  const then = [...touched].flatMap((key) => inForceOn(versions.get(key) ?? [], day) ?? []);
  return { ...sourceOf(subject, company_id, stored, then), changeOf, changedOn, held };
}

/** Of the rules that are touched what holds then, in place of all their versions; the others as they are. */
function sourceOf(
  subject: RuleSubject,
  company_id: number,
  stored: readonly RuleRow[],
  then: readonly RuleRow[],
): { readonly source: string; readonly parameters: readonly string[] } {
  const { table, key, fields, versions: how } = SUBJECTS[subject];
  const days = how === 'days' ? ['valid_from', 'valid_to'] : how === 'months' ? ['from_month'] : [];
  const names = [...key, ...fields.map(({ name }) => name), ...days];
  const told = then.map((row) => ({
    ...row.values,
    ...ruleKeyOf(row),
    ...(key.includes('name') ? {} : { name: row.values['name'] ?? null }),
    id: row.id,
    valid_from: row.valid_from,
    valid_to: row.valid_to,
    from_month: row.valid_from === null ? null : monthOfDay(row.valid_from),
  }));
  const source = `(
    SELECT id, company_id, ${names.join(', ')} FROM main.${table}
    WHERE company_id = ${Math.trunc(company_id)} AND id NOT IN (SELECT value FROM json_each(?))
    UNION ALL
    SELECT value ->> '$.id', ${Math.trunc(company_id)}, ${names.map((name) => `value ->> '$.${name}'`).join(', ')} FROM json_each(?)
  )`;
  return { source, parameters: [JSON.stringify(stored.map(({ id }) => id)), JSON.stringify(told)] };
}
