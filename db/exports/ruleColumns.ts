/** What a file of rules holds: the columns it can be read back by, and who changed what when. */
import { keyColumn, placesOf, ruleCellText, UNIT_COLUMN } from '#domain/governance/ruleFile.ts';
import { type RuleField, type RuleKeyPart, type RuleSubject, SUBJECTS } from '#domain/governance/subjects.ts';
import type { NamedRule, RuleView } from '#contract/queries.ts';
import { type Column, date, decimal, text } from './table.ts';

/** What a rule is about, as a file names it. */
export const KEY_CODES: Readonly<Record<RuleKeyPart, (rule: NamedRule) => string | null>> = {
  site_id: (rule) => rule.site,
  channel_id: (rule) => rule.channel,
  item_id: (rule) => rule.item_code,
  kpi: (rule) => rule.kpi,
  party_id: (rule) => rule.customer_code,
  category: (rule) => rule.category,
  name: (rule) => rule.name,
};

/** As the grid calls it. */
function partColumn(part: RuleKeyPart): string {
  return part === 'party_id' ? 'customer' : part.replace('_id', '');
}

export function ruleColumns(subject: RuleSubject, currency: string): readonly Column<RuleView>[] {
  const { key, fields } = SUBJECTS[subject];
  return [
    ...key.map((part) => text<RuleView>(partColumn(part), keyColumn(part, subject), KEY_CODES[part])),
    ...(key.includes('item_id')
      ? [
          text<RuleView>('item', 'name', (row) => row.item_name, 34),
          ...(key.includes('party_id') ? [] : [text<RuleView>('unit', UNIT_COLUMN, (row) => row.uom, 8)]),
        ]
      : []),
    ...(key.includes('party_id')
      ? [text<RuleView>('customer', `${keyColumn('party_id', subject)} name`, (row) => row.customer_name, 34)]
      : []),
    ...fields.map((field) => figure(field, currency)),
    date<RuleView>('since', 'since', (row) => row.since),
    date<RuleView>('until', 'until', (row) => row.until),
    text<RuleView>('changed_by', 'changed by', (row) => row.changed_by),
    text<RuleView>('approved_by', 'approved by', (row) => row.approved_by),
  ];
}

function figure(field: RuleField, currency: string): Column<RuleView> {
  const { name, label, type } = field;
  const title = type === 'money' || type === 'price' ? `${label}, ${currency}` : label;
  const places = placesOf(field, currency, null);
  // a target's places are its KPI's: one column holds shares, days and money
  if (type === 'name' || type === 'figure' || places === null) {
    return text(name, title, (row) => ruleCellText(field, row.values[name] ?? null, currency, row.kpi) || null);
  }
  return decimal(name, title, places, (row) => {
    const value = row.values[name];
    return typeof value === 'number' ? value : null;
  });
}
