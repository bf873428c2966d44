/** Rules as the copy has them: all versions, from the tables they lie in. */
import { firstDayOfMonth } from '#domain/calendar.ts';
import { endedByNext, type RuleVersion } from '#domain/governance/inForce.ts';
import {
  keyText,
  type RuleKey,
  type RuleSubject,
  type RuleValues,
  SUBJECTS,
  valuesOf,
} from '#domain/governance/subjects.ts';
import type { Scan } from '#db/connection.ts';

export interface RuleRow extends RuleKey, RuleVersion {
  readonly id: number;
  readonly values: RuleValues;
}

/** `item_ids`: only of these, where the rules are about items; null = all. In the order of their ids. */
export function ruleRows(
  scan: Scan,
  company_id: number,
  subject: RuleSubject,
  item_ids: readonly number[] | null = null,
): RuleRow[] {
  const { table, key, key_optional, fields, versions, only_with } = SUBJECTS[subject];
  const days = versions === 'days' ? ['valid_from', 'valid_to'] : versions === 'months' ? ['from_month'] : [];
  const columns = ['id', ...key, ...fields.map(({ name }) => name), ...days];
  // where a rule may be of no item, all are read: they are few
  const narrowed = item_ids !== null && key.includes('item_id') && !key_optional.includes('item_id');
  const rows = scan<readonly unknown[]>(
    `SELECT ${columns.join(', ')} FROM main.${table} WHERE company_id = ?${only_with === undefined ? '' : ` AND ${only_with} IS NOT NULL`}${
      narrowed ? ' AND item_id IN (SELECT value FROM json_each(?))' : ''
    } ORDER BY id`,
    narrowed ? [company_id, JSON.stringify(item_ids)] : [company_id],
  );
  const found = rows.map((cells): RuleRow => {
    const row = Object.fromEntries(columns.map((name, index) => [name, cells[index]]));
    const number = (name: string): number | null => (typeof row[name] === 'number' ? row[name] : null);
    return {
      id: Number(row['id']),
      site_id: number('site_id'),
      channel_id: number('channel_id'),
      item_id: number('item_id'),
      kpi: typeof row['kpi'] === 'string' ? row['kpi'] : null,
      party_id: number('party_id'),
      category: typeof row['category'] === 'string' ? row['category'] : null,
      name: key.includes('name') && typeof row['name'] === 'string' ? row['name'] : null,
      valid_from: versions === 'months' ? firstDayOfMonth(Number(row['from_month'])) : number('valid_from'),
      valid_to: number('valid_to'),
      values: valuesOf(subject, row),
    };
  });
  if (versions !== 'months') return found;
  return [...Map.groupBy(found, keyText).values()].flatMap((of_key) =>
    endedByNext(of_key.map((row) => ({ ...row, valid_from: row.valid_from ?? 0 }))),
  );
}
