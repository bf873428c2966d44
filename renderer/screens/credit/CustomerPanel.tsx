/** One customer: against the limit, what was said, and invoice by invoice; a note of what is said now. */
import { useState } from 'react';
import type { CreditRow, FollowUpView, OpenInvoiceView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useRun } from '#renderer/client/useContract.ts';
import { moment, shortDate } from '#renderer/format/dates.ts';
import { ledgerAmount, ledgerMoney, overviewMoney } from '#renderer/format/money.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import { MUTATION_STATES } from '#renderer/notes/noteStates.ts';
import { told } from '#renderer/screens/figures/told.ts';
import { useNow, useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { DrillLink, Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import { ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import styles from './credit.module.css';
import { habitWords } from './creditColumns.tsx';

/** Invoices in the panel; a file of the lines is under Export. */
const MOST_SHOWN = 40;

export function CustomerPanel({
  row,
  as_of_on,
  may_write,
  noting,
  onNote,
  onClose,
}: {
  readonly row: CreditRow;
  /** null = today */
  readonly as_of_on: string | null;
  readonly may_write: boolean;
  readonly noting: boolean;
  readonly onNote: (open: boolean) => void;
  readonly onClose: () => void;
}) {
  const { company } = useWorkplace();
  const { currency } = company;
  const detail = useAsk('customerCredit', { company_id: company.id, party_id: row.party_id, as_of_on });
  const here = told(detail.data);
  const exposure = here?.exposure ?? null;
  return (
    <Panel
      title={row.name}
      aside={row.code}
      onClose={onClose}
      actions={
        may_write ? (
          <Button kind="solid" keyCap="N" onClick={() => onNote(true)}>
            Note what was said
          </Button>
        ) : null
      }
    >
      {noting && may_write ? <NoteDialog row={row} onClose={() => onNote(false)} /> : null}
      <PanelSection
        title="Owes"
        aside={`pays ${habitWords(row.habit_days)}, ${counted(row.habit_payments, 'payment')}`}
      >
        <PanelRow
          label="Open"
          note={counted(row.invoices, 'invoice')}
          value={overviewMoney(row.open_minor, currency)}
        />
        <PanelRow label="Past due" value={overviewMoney(row.overdue_minor, currency)} />
      </PanelSection>
      {exposure ? (
        <PanelSection title={exposure.limit_minor === null ? 'Exposure' : 'Against the limit'}>
          <PanelRow label="Open receivables" value={overviewMoney(exposure.receivables_minor, currency)} />
          <PanelRow label="Shipped, not billed" value={overviewMoney(exposure.shipped_unbilled_minor, currency)} />
          <PanelRow label="Open orders" value={overviewMoney(exposure.open_orders_minor, currency)} />
          <PanelRow label="Paid, not matched" value={overviewMoney(-exposure.deposits_minor, currency)} />
          <PanelRow total label="Exposure" value={overviewMoney(row.exposure_minor, currency)} />
          {exposure.limit_minor === null ? null : (
            <PanelRow label="Limit" value={overviewMoney(exposure.limit_minor, currency)} />
          )}
        </PanelSection>
      ) : null}
      {here ? (
        <>
          <PanelSection title="Said">
            {here.follow_ups.length === 0 ? <p className={styles['quiet']}>Nothing was written down yet.</p> : null}
            {here.follow_ups.map((said) => (
              <Said key={said.id} said={said} />
            ))}
          </PanelSection>
          <PanelSection title="Open invoices" aside={counted(here.total_invoices, 'invoice')}>
            <Invoices invoices={here.invoices} currency={currency} />
            {here.total_invoices > MOST_SHOWN ? (
              <p className={styles['quiet']}>The {MOST_SHOWN} that are due first.</p>
            ) : null}
          </PanelSection>
        </>
      ) : detail.error ? (
        <ErrorState
          title="This customer could not be read"
          text={errorMessage(detail.error)}
          onRetry={() => void detail.refetch()}
        />
      ) : (
        <LoadingRows rows={8} />
      )}
    </Panel>
  );
}

function Said({ said }: { readonly said: FollowUpView }) {
  const now_ms = useNow();
  const ends = [
    said.promised_on === null ? '' : `pays by ${shortDate(said.promised_on)}`,
    said.next_on === null ? '' : `ask again ${shortDate(said.next_on)}`,
  ].filter(Boolean);
  return (
    <div className={styles['said']}>
      <p>{said.said}</p>
      <p className={styles['quiet']}>
        {said.author}, {moment(said.written_at_ms, now_ms)}
        {ends.length > 0 ? ` · ${ends.join(' · ')}` : ''}
        {said.state === 'accepted' ? null : (
          <>
            {' · '}
            <Status shape={MUTATION_STATES[said.state].shape}>{MUTATION_STATES[said.state].word}</Status>
          </>
        )}
      </p>
    </div>
  );
}

function Invoices({
  invoices,
  currency,
}: {
  readonly invoices: readonly OpenInvoiceView[];
  readonly currency: string;
}) {
  const { openOrder } = useWorkplace();
  const abroad = invoices.some(({ own }) => own !== null);
  return (
    <table className={styles['invoices']}>
      <thead>
        <tr>
          <th scope="col">Invoice</th>
          <th scope="col">Due</th>
          <th scope="col">Late, d</th>
          {abroad ? <th scope="col">In its currency</th> : null}
          <th scope="col" title={abroad ? 'At the rate it was booked at' : undefined}>
            Open
          </th>
        </tr>
      </thead>
      <tbody>
        {invoices.slice(0, MOST_SHOWN).map((invoice) => {
          const { order_id } = invoice;
          return (
            <tr key={invoice.id} title={`Expected ${shortDate(invoice.expected_on)} by how they usually pay`}>
              <td>
                {order_id === null ? (
                  invoice.number
                ) : (
                  <DrillLink onClick={() => openOrder(order_id)}>{invoice.number}</DrillLink>
                )}
              </td>
              <td>{shortDate(invoice.due_on)}</td>
              <td>{invoice.late_days > 0 ? integer(invoice.late_days) : ''}</td>
              {abroad ? (
                <td>{invoice.own === null ? '' : ledgerMoney(invoice.own.amount_minor, invoice.own.currency)}</td>
              ) : null}
              <td>{ledgerAmount(invoice.open_minor, currency)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function NoteDialog({ row, onClose }: { readonly row: CreditRow; readonly onClose: () => void }) {
  const { company } = useWorkplace();
  const run = useRun('addFollowUp');
  const [promised_on, setPromised] = useState('');
  const [next_on, setNext] = useState('');
  return (
    <ReasonDialog
      title={`What ${row.name} said`}
      says={`${overviewMoney(row.overdue_minor, company.currency)} past due, the oldest by ${counted(row.oldest_days, 'day')}.`}
      button="Keep the note"
      label="Said"
      most={1000}
      hint="Read by all who see the ledger."
      busy={run.isPending}
      problems={[run.error ? errorMessage(run.error) : null]}
      onDecide={(said) =>
        run.mutate(
          {
            company_id: company.id,
            party_id: row.party_id,
            said,
            promised_on: promised_on === '' ? null : promised_on,
            next_on: next_on === '' ? null : next_on,
          },
          { onSuccess: onClose },
        )
      }
      onClose={onClose}
    >
      <Field
        label="Pays by"
        type="date"
        value={promised_on}
        hint="The day they promised, if they did."
        onChange={(event) => setPromised(event.target.value)}
      />
      <Field
        label="Ask again on"
        type="date"
        value={next_on}
        hint="Without a day they are asked again after a promise passed, or in two weeks."
        onChange={(event) => setNext(event.target.value)}
      />
    </ReasonDialog>
  );
}
