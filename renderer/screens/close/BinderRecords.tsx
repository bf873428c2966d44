/** The binders of a month that were made by those who close it: by whom, when, and the hash of each manifest. */
import type { BinderRecordView } from '#contract/queries.ts';
import { dateAndTime } from '#renderer/format/dates.ts';
import { MUTATION_STATES } from '#renderer/notes/noteStates.ts';
import { Status } from '#renderer/ui/Mark.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { counting, LATER_FACTS, shortHash } from './binderRecords.ts';
import styles from './binder.module.css';
import tables from './locks.module.css';

const SHOWN = 8;

export function BinderRecords({ records }: { readonly records: readonly BinderRecordView[] }) {
  if (records.length === 0) return <p className={styles['fine']}>No binder of this month is recorded yet.</p>;
  const finals = new Set(
    counting(records)
      .filter(({ final }) => final)
      .map(({ manifest_hash }) => manifest_hash),
  );
  return (
    <>
      <table className={tables['locks']} aria-label="Recorded binders">
        <thead>
          <tr>
            <th scope="col">Recorded</th>
            <th scope="col">Made by</th>
            <th scope="col">On</th>
            <th scope="col">Manifest</th>
            <th scope="col">Server</th>
          </tr>
        </thead>
        <tbody>
          {records.slice(0, SHOWN).map((record) => (
            <tr key={record.id}>
              <td>
                <Status shape={record.final ? 'locked' : 'ring'}>{record.final ? 'Final' : 'Draft'}</Status>
              </td>
              <td>{record.author}</td>
              <td>{dateAndTime(record.written_at_ms)}</td>
              <td>
                <code title={record.manifest_hash}>{shortHash(record.manifest_hash)}</code>
              </td>
              <td>
                <Status shape={MUTATION_STATES[record.state].shape}>
                  {record.kept ? 'Kept' : MUTATION_STATES[record.state].word}
                </Status>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {records.length > SHOWN ? <p className={styles['fine']}>and {records.length - SHOWN} older ones</p> : null}
      {finals.size > 1 ? (
        <InlineMessage tone="bad">
          {finals.size} final binders of this month are not the same. {LATER_FACTS}
        </InlineMessage>
      ) : null}
    </>
  );
}
