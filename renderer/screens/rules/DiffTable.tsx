/** Rules before and after, line by line; what differs is tinted and marked ≠. Long ones are shown whole when asked. */
import { useState } from 'react';
import { type RuleSubject, SUBJECTS, TEXT_FIELDS } from '#domain/governance/subjects.ts';
import type { RuleDiff, RuleLineView } from '#contract/queries.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Shape } from '#renderer/ui/Mark.tsx';
import { ruleFigure, ruleName } from './ruleWords.ts';
import styles from './rules.module.css';

/** As many as are read at a glance. */
const SHOWN_FIRST = 100;

interface DiffParts {
  readonly subject: RuleSubject;
  readonly lines: readonly RuleLineView[];
  readonly currency: string;
  readonly label: string;
}

/** Nobody has to approve what could not be read: all of it is a press away. */
export function DiffTable({ lines, ...parts }: DiffParts) {
  const [all, setAll] = useState(false);
  const shown = all ? lines : lines.slice(0, SHOWN_FIRST);
  return (
    <>
      <Table {...parts} lines={shown} />
      {shown.length < lines.length ? (
        <p className={styles['note']}>
          {counted(lines.length - shown.length, 'rule')} more.{' '}
          <Button kind="link" onClick={() => setAll(true)}>
            Show all {integer(lines.length)}
          </Button>
        </p>
      ) : null}
    </>
  );
}

function Table({ subject, lines, currency, label }: DiffParts) {
  const { fields } = SUBJECTS[subject];
  // a column in which nothing moves says nothing
  const moving = fields.filter(({ name }) => lines.some((line) => line.differs.includes(name)));
  return (
    <table className={styles['diff']} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{SUBJECTS[subject].one}</th>
          {moving.map((field) => (
            <th key={field.name} scope="col" data-figure={TEXT_FIELDS.has(field.type) ? undefined : ''}>
              {field.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.key}>
            <th scope="row">
              {ruleName(line, subject)}
              {line.item_name ? <small>{line.item_name}</small> : null}
              {line.before === null ? <small>new</small> : null}
              {line.after === null ? <small>ends</small> : null}
              {line.overtaken ? (
                <small className={styles['said']}>
                  <Shape shape="warn" size={9} /> changed since it was drafted
                </small>
              ) : null}
              {line.problems.map(({ message }) => (
                <small key={message} className={styles['said']}>
                  <Shape shape="warn" size={9} /> {message}
                </small>
              ))}
            </th>
            {moving.map((field) => {
              const differs = line.differs.includes(field.name);
              const after = line.after?.[field.name];
              return (
                <td
                  key={field.name}
                  data-differs={differs ? '' : undefined}
                  data-figure={TEXT_FIELDS.has(field.type) ? undefined : ''}
                >
                  {differs && line.before !== null ? (
                    <s>{ruleFigure(field, line.before[field.name], currency, line.kpi)}</s>
                  ) : null}
                  <span>
                    {differs ? '≠ ' : ''}
                    {line.after === null ? 'none' : ruleFigure(field, after, currency, line.kpi)}
                  </span>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Lines that cannot be drafted, each with what to do. */
export function RefusedLines({ diff: { refused, counts } }: { readonly diff: Pick<RuleDiff, 'refused' | 'counts'> }) {
  return refused.length === 0 ? null : (
    <section aria-label="Refused lines">
      <h2>{counted(counts.refused, 'line')} cannot be taken; the others can</h2>
      <table className={styles['diff']} aria-label="Refused lines">
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col">Of</th>
            <th scope="col">Why, and what to do</th>
          </tr>
        </thead>
        <tbody>
          {refused.map(({ line_number, label, reason }) => (
            <tr key={line_number}>
              <td>{integer(line_number)}</td>
              <td>{label}</td>
              <td>{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
