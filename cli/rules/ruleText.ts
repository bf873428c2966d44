/** Rules as lines of a file and as sentences. */
import { keyColumn, ruleCellText } from '#domain/governance/ruleFile.ts';
import { type RuleField, type RuleSubject, SUBJECTS } from '#domain/governance/subjects.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { NamedRule, RuleDiff, RuleView } from '#contract/queries.ts';
import { csvText } from '#domain/csvText.ts';
import { csvCell } from '#db/exports/csv.ts';
import { KEY_CODES, ruleColumns } from '#db/exports/ruleColumns.ts';

/** 'AMS · FA-0840'; a part that holds for all is left out. */
export function ruleLabel(subject: RuleSubject, rule: NamedRule): string {
  const said = SUBJECTS[subject].key.map((part) => KEY_CODES[part](rule)).filter((part) => part !== null);
  return said.length === 0 ? 'all' : said.join(' · ');
}

/** The lines of a file that `rules import` reads back, the first one its columns. */
export function csvLines(subject: RuleSubject, currency: string, rows: readonly RuleView[]): string[] {
  const columns = ruleColumns(subject, currency);
  return [
    columns.map(({ title }) => csvText(title)).join(','),
    ...rows.map((row) => columns.map(({ kind, value }) => csvCell(value(row), kind)).join(',')),
  ];
}

/** One rule by the same names, its figures as they are written in a file. */
export function ruleObject(
  subject: RuleSubject,
  currency: string,
  row: RuleView,
): Readonly<Record<string, string | null>> {
  const { key, fields } = SUBJECTS[subject];
  return {
    ...Object.fromEntries(key.map((part) => [keyColumn(part, subject), KEY_CODES[part](row)])),
    ...Object.fromEntries(fields.map((field) => [field.label, figure(field, row.values, currency, row.kpi) || null])),
    since: row.since,
    until: row.until,
    'changed by': row.changed_by,
    'approved by': row.approved_by,
  };
}

export function ruleSentence(subject: RuleSubject, currency: string, row: RuleView): string {
  const figures = SUBJECTS[subject].fields.flatMap((field) => {
    const text = figure(field, row.values, currency, row.kpi);
    return text === '' ? [] : [said(field, text)];
  });
  const since = row.since === null ? 'since the beginning' : `since ${row.since}`;
  const until = row.until === null ? '' : ` until ${row.until}`;
  const waits = row.waits === null ? '' : ' (a change waits)';
  return `${ruleLabel(subject, row)}: ${figures.join(', ')}; ${since}${until}${waits}`;
}

/** JSON of such objects, or CSV as it is; what comes out is CSV. */
export function fileText(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new BinnacleError('bad_arguments', 'The file begins like JSON and is none. Write an array of rules, or CSV.');
  }
  const rows: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  const rules = rows.map((row, at) => {
    if (row === null || typeof row !== 'object' || Array.isArray(row)) {
      throw new BinnacleError('bad_arguments', `Rule ${at + 1} of the file is no object of columns and values.`);
    }
    return new Map(Object.entries(row));
  });
  const names = [...new Set(rules.flatMap((rule) => [...rule.keys()]))];
  const cell = (value: unknown): string =>
    typeof value === 'string' || typeof value === 'number' ? csvText(String(value)) : '';
  return [
    names.map(csvText).join(','),
    ...rules.map((rule) => names.map((name) => cell(rule.get(name))).join(',')),
  ].join('\n');
}

/** What one line of a file would change: `AMS · FA-0840: minimum 10 → 12, owner – → planner`. */
export function diffSentence(subject: RuleSubject, currency: string, line: RuleDiff['lines'][number]): string {
  const { before, after, kpi, differs, problems } = line;
  const label = ruleLabel(subject, line);
  const warned = problems.map(({ message }) => `\n    ◇ ${message}`).join('');
  if (after === null) return `- ${label}: ends${warned}`;
  const changes = SUBJECTS[subject].fields
    .filter(({ name }) => (before === null ? after[name] != null : differs.includes(name)))
    .map((field) => {
      const now = figure(field, after, currency, kpi) || 'none';
      const then = before === null ? '' : `${figure(field, before, currency, kpi) || 'none'} → `;
      return said(field, `${then}${now}`);
    });
  return `${before === null ? '+' : '≠'} ${label}: ${changes.join(', ')}${warned}`;
}

/** 'grace 2 days', 'discount allowed 5 → 7.5 %': a label ends with its unit where it has one. */
function said({ label }: RuleField, text: string): string {
  const [name = label, unit] = label.split(', ');
  return unit === undefined ? `${name} ${text}` : `${name} ${text} ${unit}`;
}

function figure(
  field: RuleField,
  values: Readonly<Record<string, number | string | null>>,
  currency: string,
  kpi: string | null,
): string {
  return ruleCellText(field, values[field.name] ?? null, currency, kpi);
}
