/** A sign-off beside what the server has: who, when, which balance, which content; differences tinted and marked ≠. */
import type { OutboxRow } from '#contract/queries.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { moment } from '#renderer/format/dates.ts';
import { ledgerAmount } from '#renderer/format/money.ts';
import { NO_DATA } from '#renderer/format/numbers.ts';
import { PanelSection } from '#renderer/ui/Panel.tsx';
import styles from './sync.module.css';

interface ComparedRow {
  readonly label: string;
  readonly mine: string;
  readonly theirs: string;
}

export function SignoffComparison({
  change,
  task_id,
  by,
  me,
  now_ms,
}: {
  readonly change: OutboxRow;
  readonly task_id: number;
  readonly by: string | null;
  readonly me: string;
  readonly now_ms: number;
}) {
  const task = useAsk('closeTask', { task_id, limit: 1 }, { keepPrevious: false });
  const { args, reason } = change;
  const detail = reason?.detail ?? {};
  const decided = change.state === 'conflict';
  // The currency is known once the task is read; until then amounts are not shown in a wrong one.
  const amount = (value: unknown): string =>
    typeof value === 'number' && task.data ? ledgerAmount(value, task.data.currency) : NO_DATA;
  const theirAmount = decided ? detail['theirs_amount_minor'] : task.data?.task.amount_minor;
  const theirHash = decided ? detail['theirs'] : task.data?.task.content_hash;
  const at_ms = detail['at_ms'];
  const rows: readonly ComparedRow[] = [
    { label: 'Signed by', mine: me, theirs: by ?? (decided ? 'nobody' : NO_DATA) },
    { label: 'Role', mine: text(args['role']), theirs: by === null ? NO_DATA : text(args['role']) },
    {
      label: 'When',
      mine: moment(change.made_at_ms, now_ms),
      theirs: typeof at_ms === 'number' ? moment(at_ms, now_ms) : NO_DATA,
    },
    { label: 'Balance', mine: amount(args['amount_minor']), theirs: amount(theirAmount) },
    { label: 'Content, seal', mine: seal(args['content_hash']), theirs: seal(theirHash) },
  ];
  return (
    <PanelSection title={decided ? 'Mine and theirs' : 'What I signed, and the task now'}>
      <table className={styles['compared']}>
        <thead>
          <tr>
            <th scope="col">
              <span className={styles['heard']}>What</span>
            </th>
            <th scope="col">Mine</th>
            <th scope="col">{decided ? 'Theirs, on the server' : 'Now'}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const differs = row.theirs !== NO_DATA && row.mine !== row.theirs;
            return (
              <tr key={row.label} data-differs={differs ? '' : undefined}>
                <th scope="row">{row.label}</th>
                <td>{row.mine}</td>
                <td>
                  {differs ? '≠ ' : ''}
                  {row.theirs}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </PanelSection>
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : NO_DATA;
}

function seal(value: unknown): string {
  return typeof value === 'string' && value.length >= 8 ? `${value.slice(0, 4)} ${value.slice(4, 8)}` : NO_DATA;
}
