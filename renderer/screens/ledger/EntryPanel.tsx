/** One entry with all of its accounts. */
import { JOURNAL_KIND_WORDS } from '#domain/close/journalKinds.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { moment, weekdayDate } from '#renderer/format/dates.ts';
import { ledgerAmount } from '#renderer/format/money.ts';
import { told, waitWords } from '#renderer/screens/figures/told.ts';
import { useNow, useWorkplace } from '#renderer/shell/workplace.ts';
import { Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { entryName } from './ledgerColumns.tsx';

export function EntryPanel({ entry_id, onClose }: { readonly entry_id: number; readonly onClose: () => void }) {
  const { company } = useWorkplace();
  const now_ms = useNow();
  const { data, error, refetch } = useAsk('ledgerEntry', { company_id: company.id, entry_id });
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
            <PanelRow
              label="Journal"
              value={entry.journal_name === null ? entry.journal : `${entry.journal} ${entry.journal_name}`}
            />
            <PanelRow label="Counts as" value={JOURNAL_KIND_WORDS[entry.journal_kind]} />
            {entry.ref === null ? null : <PanelRow label="Documents" value={entry.ref} />}
          </PanelSection>
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
