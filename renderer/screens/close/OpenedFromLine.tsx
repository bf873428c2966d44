/** Where the month's tasks came from, and whom that left out. */
import type { OpenedFrom } from '#domain/close/opening.ts';
import type { CloseBoard } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { Status } from '#renderer/ui/Mark.tsx';
import styles from './close.module.css';

const WORDS: Readonly<Record<OpenedFrom, string>> = {
  first: 'Opened from the usual tasks',
  before: 'Opened from the close before',
  template: 'Opened from the company’s own tasks',
};

export function OpenedFromLine({ board: { opened_from, template, left_out } }: { readonly board: CloseBoard }) {
  if (opened_from === null) return null;
  return (
    <span className={styles['finish']}>
      <span className={styles['quiet']}>
        {WORDS[opened_from]}
        {template === null
          ? null
          : ` (${template.name === '' ? '' : `${template.name}, `}${shortDate(template.given_on, 0)})`}
      </span>
      {left_out.length === 0 ? null : (
        <Status shape="warn">
          without {left_out.join(', ')}: no role in the close any more. Anyone with the role does those tasks.
        </Status>
      )}
    </span>
  );
}
