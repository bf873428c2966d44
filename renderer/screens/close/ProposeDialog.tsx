/** Proposing an entry for chosen items: its lines as they would be, what it says, and whether it is taken back. */
import { useState } from 'react';
import type { JournalLine } from '#domain/close/journal/entry.ts';
import { roleName } from '#domain/close/roleNames.ts';
import { MOST_TEXT } from '#domain/close/journal/steps.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useRun } from '#renderer/client/useContract.ts';
import { weekdayDate } from '#renderer/format/dates.ts';
import { ledgerAmount } from '#renderer/format/money.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Tick } from '#renderer/ui/Field.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import { AllocationWorking } from './AllocationWorking.tsx';
import { EntryLines } from './EntryLines.tsx';
import styles from './journal.module.css';

export interface ProposedItems {
  readonly items: readonly { readonly line_id: number; readonly amount_minor: number }[];
  /** The one it stands in for, and what that says; null = none. */
  readonly renews: { readonly id: string; readonly reference: string; readonly words: string } | null;
}

/** 'accrued rebates and rebates': what the entry's accounts are for. */
function otherSides(lines: readonly JournalLine[]): string {
  const roles = [...new Set(lines.flatMap(({ role }) => (role === null ? [] : [roleName(role)])))];
  return roles.length < 2 ? roles.join('') : `${roles.slice(0, -1).join(', ')} and ${roles.at(-1)}`;
}

export function ProposeDialog({
  period_id,
  chosen,
  onClose,
  onDone,
}: {
  readonly period_id: number;
  readonly chosen: ProposedItems;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const [reverses, setReverses] = useState<boolean | null>(null);
  const renews_id = chosen.renews?.id ?? null;
  const items = [...chosen.items];
  const asked = useAsk('journalDraft', { period_id, items, reverses, renews_id });
  const run = useRun('proposeJournal');
  const draft = asked.data;
  if (!draft && !asked.error) return null;
  const taken_back = draft?.reverses ?? false;
  const first = chosen.renews?.words ?? draft?.words.slice(0, MOST_TEXT) ?? '';
  return (
    <ReasonDialog
      key={first}
      title={
        chosen.renews ? `Renew ${chosen.renews.reference}` : `Propose an entry for ${counted(items.length, 'item')}`
      }
      aside={draft ? `booked ${weekdayDate(draft.booked_on)}` : ''}
      middle
      button={draft ? `Propose ${ledgerAmount(draft.amount_minor, draft.currency)}` : 'Propose'}
      label="Text"
      reason={first}
      most={MOST_TEXT}
      hint="Stands in the ledger. Another person approves the entry before it is exported."
      blocked={!draft || draft.why_not !== null || asked.isPlaceholderData}
      busy={run.isPending}
      problems={[
        draft?.why_not ?? null,
        asked.error ? errorMessage(asked.error) : null,
        run.error ? errorMessage(run.error) : null,
      ]}
      onDecide={(words) =>
        run.mutate({ period_id, items, reverses: taken_back, words, renews_id }, { onSuccess: onDone })
      }
      onClose={onClose}
    >
      {draft && draft.lines.length > 0 ? (
        <>
          <EntryLines lines={draft.lines} currency={draft.currency} />
          <p className={styles['quiet']}>
            {draft.taken_back_whole.length > 0
              ? `Entry ${draft.taken_back_whole.join(', ')} is taken back as it was booked, on all of its accounts. `
              : ''}
            {draft.taken_back_whole.length < items.length
              ? `Accounts of ${otherSides(draft.lines)}. What takes the other side follows from the item and is fixed; which account it is, Imports, Ledger accounts says.`
              : ''}
          </p>
        </>
      ) : null}
      {draft?.allocations.map(({ ref, allocation }) => (
        <AllocationWorking key={ref} name={ref} allocation={allocation} currency={draft.currency} />
      ))}
      <Tick label="Take it back on the first day of the next month" checked={taken_back} onChange={setReverses} />
      <p className={styles['quiet']}>
        {taken_back
          ? 'The document books it itself then: until it does, the item is there again.'
          : 'It stays: nothing else will book it.'}
      </p>
    </ReasonDialog>
  );
}
