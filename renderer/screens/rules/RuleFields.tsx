/** The figures of a rule, typed one beside the other, each with why it cannot be as it is. */
import type { RuleProblem } from '#domain/governance/validate.ts';
import {
  fieldsOf,
  type RuleFieldType,
  type RuleKey,
  type RuleSubject,
  TEXT_FIELDS,
} from '#domain/governance/subjects.ts';
import { Field, Select } from '#renderer/ui/Field.tsx';
import { CHOICE_WORDS, typedUnit } from './ruleWords.ts';
import type { RuleTexts } from './useRuleDraft.ts';
import styles from './rules.module.css';

const PLACEHOLDERS: Readonly<Partial<Record<RuleFieldType, string>>> = {
  weekdays: 'any day; else mon thu',
  dates: 'never; else 2026-12-25 2026-12-26',
};

const USED_BY: Readonly<Record<string, readonly string[]>> = {
  lot_qty_milli: ['lots'],
  measure: ['service'],
  target_bp: ['service'],
  review_days: ['service'],
  order_qty_milli: ['service'],
};

export function RuleFields({
  subject,
  rule,
  currency,
  uom,
  texts,
  problems,
  held,
  onText,
}: {
  readonly subject: RuleSubject;
  readonly currency: string;
  /** What it is about. */
  readonly rule: RuleKey;
  readonly uom: string | null;
  readonly texts: RuleTexts;
  /** Those that are to be said. */
  readonly problems: readonly RuleProblem[];
  /** What holds on the day, as it would be typed; null = nothing does. */
  readonly held: RuleTexts | null;
  readonly onText: (name: string, text: string) => void;
}) {
  return (
    <div className={styles['fields']}>
      {fieldsOf(subject, rule).map((field) => {
        // a figure that the chosen kind of policy does not use is not asked for
        const kinds = USED_BY[field.name];
        if (kinds !== undefined && !kinds.includes(texts['kind'] ?? '') && !texts[field.name]) return null;
        const unit = typedUnit(field, currency, rule.kpi, uom);
        const label = `${field.label[0]?.toUpperCase()}${field.label.slice(1)}${unit === '' ? '' : `, ${unit}`}`;
        const set = (text: string): void => onText(field.name, text);
        const wrong =
          problems.find((problem) => problem.field === field.name && problem.level === 'error')?.message ?? null;
        const value = texts[field.name] ?? '';
        if (field.type === 'choice') {
          const choices = field.choices ?? [];
          return (
            <Select
              key={field.name}
              label={label}
              value={value}
              wrong={wrong}
              options={[
                ...(field.optional || !choices.includes(value) ? [{ value: '', label: '–' }] : []),
                ...choices.map((each) => ({ value: each, label: CHOICE_WORDS[each] ?? each })),
              ]}
              onChange={set}
            />
          );
        }
        return (
          <Field
            key={field.name}
            label={label}
            value={value}
            {...(TEXT_FIELDS.has(field.type) ? {} : { inputMode: 'decimal' as const })}
            wrong={wrong}
            hint={held ? `Holds: ${held[field.name] || 'nothing'}` : undefined}
            placeholder={PLACEHOLDERS[field.type] ?? (field.optional ? 'none' : undefined)}
            onChange={(event) => set(event.target.value)}
          />
        );
      })}
    </div>
  );
}
