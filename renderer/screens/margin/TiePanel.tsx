/** Whether the margin of a month ties to the general ledger, component by component; a difference opens its days. */
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { monthYear } from '#renderer/format/dates.ts';
import { ledgerAmount } from '#renderer/format/money.ts';
import { counted, NO_DATA, signed } from '#renderer/format/numbers.ts';
import { ProvenanceSection } from '#renderer/screens/figures/Provenance.tsx';
import { told, waitWords } from '#renderer/screens/figures/told.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Status } from '#renderer/ui/Mark.tsx';
import { DrillLink, Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { Empty, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import { TIE_WORDS, type TieFigure, tieSentence } from './tieView.ts';

export function TiePanel({
  month,
  onLines,
  onClose,
}: {
  readonly month: number;
  readonly onLines: (figure: TieFigure) => void;
  readonly onClose: () => void;
}) {
  const { scope } = useWorkplace();
  return (
    <Panel title="Ties to ledger" aside={monthYear(month)} onClose={onClose}>
      {scope.all ? (
        <PanelSection>
          <InlineMessage tone="quiet">Each company has a ledger of its own: choose one in the top bar.</InlineMessage>
        </PanelSection>
      ) : (
        <Ties month={month} onLines={onLines} />
      )}
    </Panel>
  );
}

function Ties({ month, onLines }: { readonly month: number; readonly onLines: (figure: TieFigure) => void }) {
  const { company } = useWorkplace();
  const { data: answer, error } = useAsk('marginTies', { company_id: company.id, month });
  const data = told(answer);
  if (!data) {
    return (
      <PanelSection>
        {error ? (
          <InlineMessage tone="quiet">{errorMessage(error)}</InlineMessage>
        ) : answer ? (
          <Empty {...waitWords(answer, 'Both sides')} />
        ) : (
          <LoadingRows rows={8} />
        )}
      </PanelSection>
    );
  }
  const { ties, currency } = data;
  const sum = (value: (tie: (typeof ties)[number]) => number | null): number | null =>
    ties.reduce<number | null>((total, tie) => {
      const amount = value(tie);
      return total === null || amount === null ? null : total + amount;
    }, 0);
  const amount = (value: number | null) => ledgerAmount(value, currency);
  const change = (value: number | null) => (value === null ? NO_DATA : signed(amount(value), value));
  const fine = ties.every(({ ledger_minor, differing_days }) => ledger_minor !== null && differing_days === 0);
  return (
    <>
      <PanelSection>
        <Status shape={fine ? 'good' : 'warn'}>{tieSentence(ties)}</Status>
      </PanelSection>
      <PanelSection title="Ledger, and less the documents" aside={currency}>
        {ties.map((tie) => (
          <PanelRow
            key={tie.component}
            label={TIE_WORDS[tie.component]}
            note={
              tie.differing_days > 0 ? (
                <DrillLink onClick={() => onLines(`tie-${tie.component}`)}>{change(tie.difference_minor)}</DrillLink>
              ) : tie.ledger_minor === null ? (
                `no account “${tie.role}”`
              ) : (
                'ties'
              )
            }
            value={amount(tie.ledger_minor)}
          />
        ))}
      </PanelSection>
      <PanelSection title="From margin to ledger" aside={currency}>
        <PanelRow label="GM3 by order month" value={amount(sum((tie) => tie.margin_minor))} />
        <PanelRow label="Ordered, not yet delivered" value={change(negative(sum((tie) => tie.undelivered_minor)))} />
        <PanelRow label="Ordered before, delivered now" value={change(sum((tie) => tie.earlier_minor))} />
        <PanelRow total label="Documents of the month" value={amount(sum((tie) => tie.documents_minor))} />
        <PanelRow
          label="Difference"
          note={counted(
            ties.reduce((days, tie) => days + tie.differing_days, 0),
            'day',
          )}
          value={change(sum((tie) => tie.difference_minor))}
        />
        <PanelRow total label="Ledger" value={amount(sum((tie) => tie.ledger_minor))} />
      </PanelSection>
      <PanelSection title="Accounts">
        {ties.map(({ component, role, accounts }) => (
          <PanelRow
            key={component}
            label={TIE_WORDS[component]}
            note={accounts.length === 0 ? `role ${role}` : accounts.map(({ name }) => name).join(', ')}
            value={accounts.length === 0 ? 'none' : accounts.map(({ code }) => code).join(', ')}
          />
        ))}
      </PanelSection>
      <ProvenanceSection provenance={data.provenance} formula={FORMULA} />
    </>
  );
}

function negative(value: number | null): number | null {
  return value === null ? null : 0 - value;
}

const FORMULA =
  'Margin counts the month of the order, the ledger the day goods left, came back or were credited. Margin of the month − ' +
  'ordered and not yet delivered + ordered before and delivered now = documents of the month; ledger less documents is ' +
  'the difference. A delivery books its part of the line’s amounts by quantity. Accounts are found by their role.';
