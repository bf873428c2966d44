/** What of the data is on this machine, whether it equals the server's, and what the user was told. */
import { useState } from 'react';
import type { SyncStatus } from '#contract/queries.ts';
import { ageOld, clockSeconds, dateAndTime } from '#renderer/format/dates.ts';
import { bytes, counted, integer } from '#renderer/format/numbers.ts';
import { loadingWords } from '#renderer/shell/loadingWords.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Shape, Status } from '#renderer/ui/Mark.tsx';
import { PanelRow } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import styles from './sync.module.css';
import { Repaired, Verification } from './Verification.tsx';

const NOTICES_SHOWN = 3;
/** Kinds of rows shown at first: what a copy mostly consists of. */
const TABLES_SHOWN = 12;
/** Older than this the age is said with a warning mark while the server cannot be asked. */
const STALE_MS = 5 * 60_000;

export function MachineData({ status, now_ms }: { readonly status: SyncStatus; readonly now_ms: number }) {
  const { as_of_ms, connection, progress } = status.pill;
  const [all, setAll] = useState(false);
  const shown = all ? status.tables : largestTables(status.tables);
  const words = progress && loadingWords(progress);
  // an error of the past is no news once the server answers again
  const reachable = connection === 'live' || connection === 'syncing';
  const old = as_of_ms !== null && !reachable && now_ms - as_of_ms > STALE_MS;
  return (
    <div className={styles['machine']}>
      <section aria-label="Data on this machine">
        <h2>
          Data on this machine{' '}
          <span>
            {counted(status.rows, 'row')}, {bytes(status.bytes_on_disk)}, encrypted
          </span>
          <Button kind="link" aria-pressed={all} onClick={() => setAll(!all)}>
            {all ? 'The largest only' : `All ${counted(status.tables.length, 'kind')} of rows`}
          </Button>
        </h2>
        <p className={styles['asOf']}>
          {as_of_ms === null ? (
            <Status shape="working">not complete yet</Status>
          ) : (
            <>
              <span>as of {clockSeconds(as_of_ms)}</span>
              <Status shape={old ? 'warn' : 'good'}>{ageOld(as_of_ms, now_ms)}</Status>
            </>
          )}
        </p>
        {words ? (
          <p className={styles['asOf']} role="status">
            <Status shape="working">
              {[`loading: ${words.amount}`, words.left].filter((part) => part !== null).join(', ')}
            </Status>
            {words.months ? <span>{words.months}</span> : null}
          </p>
        ) : null}
        <dl className={styles['tables']}>
          {shown.map((table) => (
            <div key={table.name}>
              <dt>{table.label}</dt>
              <dd>{integer(table.rows)}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section aria-label="Check">
        <h2>Check</h2>
        <Verification status={status} now_ms={now_ms} />
        <PanelRow label="Checkpoint" value={integer(status.checkpoint)} />
        <PanelRow label="Server" value={status.server_url.replace(/^https?:\/\//, '')} />
        <PanelRow label="Last error" value={<LastError text={reachable ? null : status.last_error} />} />
        <Repaired rows={status.verification.repaired} now_ms={now_ms} />
        {status.notices.length > 0 ? (
          <>
            <h2 className={styles['notices']}>Notices</h2>
            {status.notices.slice(0, NOTICES_SHOWN).map((notice) => (
              <InlineMessage key={`${notice.at_ms}-${notice.text}`} tone="quiet">
                {dateAndTime(notice.at_ms)}: {notice.text}
              </InlineMessage>
            ))}
          </>
        ) : null}
      </section>
    </div>
  );
}

/** One line whatever it says: a lost connection moves nothing. */
function LastError({ text }: { readonly text: string | null }) {
  if (text === null) return 'none';
  return (
    <span className={styles['lastError']} title={text}>
      <Shape shape="warn" /> {text}
    </span>
  );
}

/** The largest kinds, in the order in which all of them stand. */
function largestTables(tables: SyncStatus['tables']): SyncStatus['tables'] {
  const largest = new Set(tables.toSorted((a, b) => b.rows - a.rows).slice(0, TABLES_SHOWN));
  return tables.filter((table) => largest.has(table));
}
