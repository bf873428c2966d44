/** One proposed entry: its lines, the items it clears, what was said of it, and what this person may do. */
import { CAUSE_WORDS } from '#domain/close/reconcile/causes.ts';
import type { JournalRow } from '#contract/queries.ts';
import { moment, weekdayDate } from '#renderer/format/dates.ts';
import { ledgerAmount } from '#renderer/format/money.ts';
import { useNow } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { EntryLines } from './EntryLines.tsx';
import styles from './journal.module.css';
import { journalState } from './journalStates.ts';

export type JournalAct = 'approve' | 'refuse' | 'reword' | 'withdraw' | 'renew' | 'export' | 'again';

/** Why this person cannot do it now; null = they can. */
export function whyNotAct(row: JournalRow, act: JournalAct): string | null {
  switch (act) {
    case 'approve':
      return row.approve_why_not;
    case 'refuse':
      return row.refuse_why_not;
    case 'reword':
      return row.reword_why_not;
    case 'withdraw':
      return row.withdraw_why_not;
    case 'renew':
      return row.renewed_from === null ? 'Its items are no differences any more.' : null;
    case 'export':
      return row.export_why_not;
    case 'again':
      return row.state === 'exported' ? row.again_why_not : 'It has not been exported yet.';
  }
}

export function JournalPanel({
  row,
  currency,
  onAct,
  onClose,
}: {
  readonly row: JournalRow;
  readonly currency: string;
  readonly onAct: (act: JournalAct) => void;
  readonly onClose: () => void;
}) {
  const now_ms = useNow();
  const { word, shape } = journalState(row);
  const may = (act: JournalAct): boolean => whyNotAct(row, act) === null;
  const waits = row.state === 'proposed' || row.state === 'approved' || row.state === 'exported';
  const why_not = row.state === 'proposed' && !may('approve') ? row.approve_why_not : null;
  return (
    <Panel
      title={row.reference}
      aside={<Status shape={shape}>{word}</Status>}
      onClose={onClose}
      actions={
        waits ? (
          <>
            {may('approve') ? (
              <Button kind="solid" keyCap="A" onClick={() => onAct('approve')}>
                Approve {ledgerAmount(row.amount_minor, currency)}
              </Button>
            ) : null}
            {may('refuse') ? (
              <Button keyCap="R" onClick={() => onAct('refuse')}>
                Refuse
              </Button>
            ) : null}
            {may('export') ? (
              <Button kind="solid" keyCap="E" onClick={() => onAct('export')}>
                Export
              </Button>
            ) : null}
            {may('again') ? <Button onClick={() => onAct('again')}>Export again…</Button> : null}
            {row.changed !== null && may('renew') ? (
              <Button keyCap="N" onClick={() => onAct('renew')}>
                Renew
              </Button>
            ) : null}
            {may('reword') ? <Button onClick={() => onAct('reword')}>Change the text</Button> : null}
            {may('withdraw') ? (
              <Button keyCap="W" onClick={() => onAct('withdraw')}>
                Withdraw
              </Button>
            ) : null}
          </>
        ) : undefined
      }
    >
      <PanelSection>
        <p className={styles['says']}>{row.words}</p>
        {row.changed === null ? null : <InlineMessage tone="warn">{row.changed}</InlineMessage>}
        {row.posted_otherwise ? (
          <InlineMessage tone="warn">
            The ledger’s entry is not what was approved: what is left of the items stays open.
          </InlineMessage>
        ) : null}
        {why_not === null || row.changed !== null ? null : <p className={styles['quiet']}>{why_not}</p>}
      </PanelSection>
      <PanelSection title="Entry" aside={`booked ${weekdayDate(row.booked_on)}`}>
        <EntryLines lines={row.lines} currency={currency} />
        <PanelRow
          label="Taken back"
          value={row.reverses_on === null ? 'no' : weekdayDate(row.reverses_on)}
          note={row.reverses_on === null ? '' : 'the same lines the other way round'}
        />
      </PanelSection>
      <PanelSection title="Clears">
        {row.items.map((item) => (
          <PanelRow
            key={item.line_id}
            label={item.ref}
            note={CAUSE_WORDS[item.cause]}
            value={ledgerAmount(item.amount_minor, currency)}
          />
        ))}
      </PanelSection>
      <PanelSection title="What happened">
        <PanelRow label="Proposed" note={row.authors.join(', ')} value={moment(row.proposed_at_ms, now_ms)} />
        {row.decided_by === null ? null : (
          <PanelRow
            label={DECIDED[row.state] ?? 'Approved'}
            note={[row.decided_by, row.reason].filter(Boolean).join(': ')}
            value={row.decided_at_ms === null ? '' : moment(row.decided_at_ms, now_ms)}
          />
        )}
        {row.exported === null ? null : (
          <PanelRow label="Exported" note={row.exported.by} value={moment(row.exported.at_ms, now_ms)} />
        )}
        {row.posted_as === null ? null : <PanelRow label="Posted" note="" value={row.posted_as} />}
        {row.reversed_as === null ? null : <PanelRow label="Taken back" note="" value={row.reversed_as} />}
      </PanelSection>
    </Panel>
  );
}

const DECIDED: Readonly<Partial<Record<JournalRow['state'], string>>> = {
  refused: 'Refused',
  withdrawn: 'Withdrawn',
  renewed: 'Renewed',
};
