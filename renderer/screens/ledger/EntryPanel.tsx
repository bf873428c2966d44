/** One entry with all of its accounts, as it stood at a moment, and what it said before it was changed. */
import { useState } from 'react';
import { JOURNAL_KIND_WORDS } from '#domain/close/journalKinds.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import type { EntryVersion } from '#contract/queries.ts';
import { moment, weekdayDate } from '#renderer/format/dates.ts';
import { ledgerAmount, ledgerMoney } from '#renderer/format/money.ts';
import { integer } from '#renderer/format/numbers.ts';
import { told, waitWords } from '#renderer/screens/figures/told.ts';
import { useNow, useWorkplace } from '#renderer/shell/workplace.ts';
import { DrillLink, Panel, PanelList, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { entryName } from './ledgerColumns.tsx';

/** A change as a sentence: 'changed Thu 5 Nov, 14:02 by admin: was €100.00'. */
function changeWords(
  { until_ms, changed_by, debit_minor, moved_from_on }: EntryVersion,
  currency: string,
  now_ms: number,
) {
  const by = changed_by === null ? '' : ` by ${changed_by}`;
  const day = moved_from_on === null ? '' : `, booked ${weekdayDate(moved_from_on)}`;
  return `changed ${moment(until_ms, now_ms)}${by}: was ${ledgerMoney(debit_minor, currency)}${day}`;
}

export function EntryPanel({
  entry_id,
  known_at_ms,
  onClose,
}: {
  readonly entry_id: number;
  /** Shown as it stood then; null = as it stands now. */
  readonly known_at_ms: number | null;
  readonly onClose: () => void;
}) {
  const { company } = useWorkplace();
  const now_ms = useNow();
  // which of its versions is looked at, once one is chosen
  const [chosen, setChosen] = useState<{ readonly at_ms: number | null } | null>(null);
  const at_ms = chosen ? chosen.at_ms : known_at_ms;
  const { data, error, refetch } = useAsk('ledgerEntry', { company_id: company.id, entry_id, known_at_ms: at_ms });
  // without some of its lines debit and credit would not be the same
  const entry = told(data);
  const { currency } = company;
  return (
    <Panel title={entry ? entryName(entry) : 'Entry'} aside={entry?.memo} onClose={onClose}>
      {entry ? (
        <>
          <PanelSection>
            <PanelRow label="Booked" value={weekdayDate(entry.booked_on)} />
            <PanelRow label="Posted" value={moment(entry.posted_at_ms, now_ms)} />
            {entry.changed_at_ms === null ? null : (
              <PanelRow label="Changed" value={moment(entry.changed_at_ms, now_ms)} />
            )}
            {entry.shown_until_ms === null ? null : (
              <Status shape="warn">as it stood until {moment(entry.shown_until_ms, now_ms)}</Status>
            )}
            <PanelRow
              label="Journal"
              value={entry.journal_name === null ? entry.journal : `${entry.journal} ${entry.journal_name}`}
            />
            <PanelRow label="Counts as" value={JOURNAL_KIND_WORDS[entry.journal_kind]} />
            {entry.ref === null ? null : <PanelRow label="Documents" value={entry.ref} />}
          </PanelSection>
          {entry.versions.length === 0 ? null : (
            <PanelSection
              title="What it said before"
              aside={
                entry.total_versions > entry.versions.length
                  ? `the last ${integer(entry.versions.length)} of ${integer(entry.total_versions)} changes`
                  : undefined
              }
            >
              <PanelList blocks>
                {entry.versions.map((version) => (
                  <li key={version.until_ms}>
                    {changeWords(version, currency, now_ms)}{' '}
                    {version.until_ms === entry.shown_until_ms ? (
                      'shown below'
                    ) : (
                      <DrillLink onClick={() => setChosen({ at_ms: version.from_ms })}>show it as it was</DrillLink>
                    )}
                  </li>
                ))}
                {entry.shown_until_ms === null || entry.removed ? null : (
                  <li>
                    <DrillLink onClick={() => setChosen({ at_ms: null })}>show it as it stands now</DrillLink>
                  </li>
                )}
              </PanelList>
            </PanelSection>
          )}
          <PanelSection title="Debit">
            {entry.lines
              .filter((line) => line.amount_minor >= 0)
              .map((line) => (
                <PanelRow
                  key={line.id}
                  label={`${line.account} ${line.account_name}${line.channel === null ? '' : `, ${line.channel}`}`}
                  value={ledgerAmount(line.amount_minor, currency)}
                />
              ))}
          </PanelSection>
          <PanelSection title="Credit">
            {entry.lines
              .filter((line) => line.amount_minor < 0)
              .map((line) => (
                <PanelRow
                  key={line.id}
                  label={`${line.account} ${line.account_name}${line.channel === null ? '' : `, ${line.channel}`}`}
                  value={ledgerAmount(-line.amount_minor, currency)}
                />
              ))}
          </PanelSection>
        </>
      ) : error ? (
        <ErrorState title="This entry could not be read" text={errorMessage(error)} onRetry={() => void refetch()} />
      ) : data ? (
        <Empty {...waitWords(data, 'Its lines')} />
      ) : (
        <LoadingRows rows={6} />
      )}
    </Panel>
  );
}
