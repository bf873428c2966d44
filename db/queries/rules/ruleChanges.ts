/** Changes of rules: which there are, and what one of them says line by line. */
import { dayNumber, isoDate } from '#domain/calendar.ts';
import { overtakenLines } from '#domain/governance/change.ts';
import { inForceOn } from '#domain/governance/inForce.ts';
import { differingFields, keyText, SUBJECTS } from '#domain/governance/subjects.ts';
import { ruleProblems } from '#domain/governance/validate.ts';
import type { RuleLineView } from '#contract/queries.ts';
import { BinnacleError } from '#contract/errors.ts';
import { RULE_AREAS, RULE_CHANGE_TABLES } from '#contract/wire/ruleTables.ts';
import { type Change, changesOf } from '#db/governance/changes.ts';
import { type RuleRow, ruleRows } from '#db/governance/ruleRows.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { seesArea } from '../rights.ts';
import { changeView, neededFor, ruleCompany, ruleNames } from './names.ts';

const MOST_CHANGES = 300;

export const ruleChanges: QueryHandler<'ruleChanges'> = async (context, { company_id, subject }) => {
  const { today } = await ruleCompany(context, company_id);
  const all = changesOf(context.scan, company_id, subject === undefined ? {} : { subject });
  const waits = all.filter(({ state }) => state === 'draft');
  const others = all.filter(({ state }) => state !== 'draft');
  return {
    changes: [...waits, ...others].slice(0, MOST_CHANGES).map((change) => changeView(context, change, today)),
    waiting: waits.length,
    provenance: provenance(
      context,
      RULE_AREAS.flatMap((area) => Object.values(RULE_CHANGE_TABLES[area])),
    ),
  };
};

export const ruleChange: QueryHandler<'ruleChange'> = async (context, { company_id, change_id }) => {
  const company = await ruleCompany(context, company_id);
  const [change] = changesOf(context.scan, company_id, { id: change_id });
  if (!change) throw new BinnacleError('not_found', 'That change is not on this machine.');
  return {
    change: changeView(context, change, company.today),
    lines: linesOf(context, change),
    currency: company.currency,
    provenance: provenance(context, neededFor(change.subject)),
  };
};

function linesOf(context: QueryContext, change: Change): RuleLineView[] {
  const { company_id, subject, lines } = change;
  const items = lines.flatMap(({ item_id }) => item_id ?? []);
  const names = ruleNames(context, company_id, lines);
  const costs = costsOf(context, company_id, items);
  const open = change.state === 'draft' || change.state === 'approved';
  const versions: ReadonlyMap<string, readonly RuleRow[]> = open
    ? Map.groupBy(ruleRows(context.scan, company_id, subject, items), keyText)
    : new Map();
  const day = dayNumber(change.effective_on) ?? 0;
  const overtaken = new Set(
    open
      ? overtakenLines(subject, lines, (line) => inForceOn(versions.get(keyText(line)) ?? [], day)?.values ?? null)
      : [],
  );
  return lines.map((line) => ({
    ...names.of(line),
    key: keyText(line),
    before: line.before,
    after: line.after,
    differs: differingFields(subject, line.before, line.after),
    problems: ruleProblems(subject, line, { unit_cost_micro: costs.get(line.item_id ?? 0) ?? null }),
    overtaken: overtaken.has(line),
  }));
}

/** Cost of one base unit of the items, for who may see it. */
export function costsOf(context: QueryContext, company_id: number, item_ids: readonly number[]): Map<number, number> {
  if (item_ids.length === 0 || !seesArea(context.user, company_id, 'cost')) return new Map();
  return new Map(
    context.scan<readonly [number, number]>(
      'SELECT id, unit_cost_micro FROM main.item_cost WHERE id IN (SELECT value FROM json_each(?))',
      [JSON.stringify([...new Set(item_ids)])],
    ),
  );
}

export const ruleHistory: QueryHandler<'ruleHistory'> = async (context, { company_id, subject, ...rule }) => {
  const company = await ruleCompany(context, company_id);
  const key = keyText(rule);
  const items = rule.item_id === null ? [] : [rule.item_id];
  const changes = changesOf(context.scan, company_id, { subject }).filter(({ lines }) =>
    lines.some((line) => keyText(line) === key),
  );
  const effective = changes.filter(({ state }) => state === 'effective');
  const byDay = new Map(effective.toReversed().map((change) => [change.effective_on, change]));
  const view = (change: Change | undefined) =>
    change === undefined ? null : changeView(context, change, company.today);
  const rows = ruleRows(context.scan, company_id, subject, items).filter((row) => keyText(row) === key);
  const iso = (day: number | null): string | null => (day === null ? null : isoDate(day));
  const versions =
    SUBJECTS[subject].versions === 'now'
      ? versionsByChanges(effective, key, rows[0]?.values ?? null).map(({ since, until, values, change }) => ({
          since,
          until,
          values,
          change: view(change),
        }))
      : rows
          .toSorted((a, b) => (b.valid_from ?? -Infinity) - (a.valid_from ?? -Infinity))
          .map(({ valid_from, valid_to, values }) => ({
            since: iso(valid_from),
            until: iso(valid_to),
            values,
            change: view(byDay.get(iso(valid_from) ?? '')),
          }));
  return {
    rule: ruleNames(context, company_id, [rule]).of(rule),
    versions,
    other: changes
      .filter(({ state }) => state !== 'effective')
      .map((change) => changeView(context, change, company.today)),
    currency: company.currency,
    provenance: provenance(context, neededFor(subject)),
  };
};

/** Of a rule that has one row: what held before is what its changes replaced. Newest first. */
function versionsByChanges(effective: readonly Change[], key: string, now: Change['lines'][number]['after']) {
  const versions = [];
  let values = now;
  let until: string | null = null;
  for (const change of effective.toSorted((a, b) => (a.effective_on < b.effective_on ? 1 : -1))) {
    const line = change.lines.find((each) => keyText(each) === key);
    versions.push({ since: change.effective_on, until, values, change });
    values = line?.before ?? null;
    until = isoDate((dayNumber(change.effective_on) ?? 0) - 1);
  }
  if (values !== null) versions.push({ since: null, until, values, change: undefined });
  return versions;
}
