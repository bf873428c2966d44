/** What one line's margin is made of: where its cost comes from, and what is owed for it, held against what stands. */
import type { CostPart } from '#domain/pricing/lineWorking.ts';
import type { LineMadeOf, LineWorking, MarginLineView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useSyncPill } from '#renderer/client/useContract.ts';
import { monthYearLong, shortDate } from '#renderer/format/dates.ts';
import { ledgerAmount, ledgerMoney } from '#renderer/format/money.ts';
import { ProvenanceSection } from '#renderer/screens/figures/Provenance.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import { type AskedCharges, CostSection, FreightSection, TermsSection } from './LineWorkingSections.tsx';

/** The charges are on no copy, so nothing tells when they change. */
const CHARGES_EVERY_MS = 60_000;

const FORMULA = 'GM1 = net sales − landed cost. GM2 = GM1 − freight out. GM3 = GM2 − rebate − channel fees.';
const MADE_OF =
  ' Landed cost = quantity × unit cost of the line’s day. Carriers’ charges, rebate and fees are of the order, rounded once, and ' +
  'split over its lines by net.';

export function LineWorkingPanel({ line, onClose }: { readonly line: MarginLineView; readonly onClose: () => void }) {
  const { openOrder } = useWorkplace();
  const document = line.credit_note_id !== null ? 'credit note' : line.claim_cost_id !== null ? 'claim' : null;
  return (
    <Panel
      title={`${document === null ? 'Line' : document === 'claim' ? 'Claim' : 'Credit note'} ${line.order_number}${document === null ? ` · ${line.ordinal}` : ''}`}
      aside={line.item_code ?? undefined}
      onClose={onClose}
      actions={line.order_id > 0 ? <Button onClick={() => openOrder(line.order_id)}>Open the order</Button> : undefined}
    >
      {document === null && line.order_line_id > 0 ? (
        <Working key={line.order_line_id} order_line_id={line.order_line_id} order_id={line.order_id} />
      ) : (
        <PanelSection>
          <InlineMessage tone="quiet">
            A {document ?? 'document'} takes its amount off the margin; it has no cost of its own.
          </InlineMessage>
        </PanelSection>
      )}
    </Panel>
  );
}

function Working({ order_line_id, order_id }: { readonly order_line_id: number; readonly order_id: number }) {
  const { company } = useWorkplace();
  const connection = useSyncPill()?.connection;
  const offline = connection === 'offline' || connection === 'sign_in_needed';
  const about = { company_id: company.id, order_line_id };
  const first = useAsk('lineWorking', about, { keepPrevious: false });
  const made = first.data?.made_of ?? null;
  const sent = made !== null && !made.over_counter && first.data?.kind === 'goods' && order_id > 0;
  const charges = useAsk(
    'carrierCharges',
    { order_id: Math.max(order_id, 1) },
    { enabled: sent && !offline, keepPrevious: false, every_ms: CHARGES_EVERY_MS },
  );
  const said = sent && !offline && !charges.error ? charges.data : undefined;
  const charged = useAsk(
    'lineWorking',
    { ...about, charged_minor: said?.total_minor ?? null },
    { enabled: said !== undefined, keepPrevious: false },
  );
  const working = (said === undefined ? undefined : charged.data) ?? first.data;
  if (working === undefined) {
    return first.error ? (
      <ErrorState
        title="The working could not be read"
        text={errorMessage(first.error)}
        onRetry={() => void first.refetch()}
      />
    ) : (
      <LoadingRows rows={12} />
    );
  }
  const asked: AskedCharges = offline
    ? { state: 'offline' }
    : charges.error
      ? { state: 'failed', text: errorMessage(charges.error) }
      : said === undefined || charged.data === undefined
        ? { state: 'reading' }
        : { state: 'here', charges: said };
  return (
    <>
      <Steps working={working} />
      {working.made_of === null ? (
        <PanelSection title="Landed cost">
          <InlineMessage tone="quiet">{withoutWorking(working)}</InlineMessage>
        </PanelSection>
      ) : (
        <MadeOf working={working} made={working.made_of} asked={asked} />
      )}
      <ProvenanceSection
        provenance={working.provenance}
        formula={working.made_of === null ? FORMULA : FORMULA + MADE_OF}
      />
    </>
  );
}

function MadeOf({
  working,
  made,
  asked,
}: {
  readonly working: LineWorking;
  readonly made: LineMadeOf;
  readonly asked: AskedCharges;
}) {
  const { currency } = working;
  const about = { working, made };
  return (
    <>
      <CostSection {...about} changed={changedWords(working, made, 'cost')} />
      <FreightSection {...about} asked={asked} changed={changedWords(working, made, 'freight')} />
      <TermsSection
        title="Rebate"
        terms={made.rebate === null ? [] : [made.rebate]}
        of_order={made.rebate_of_order}
        amount_minor={made.rebate_minor}
        none="No agreement of this customer held on that day, so no rebate is owed."
        changed={changedWords(working, made, 'rebate')}
        currency={currency}
      />
      <TermsSection
        title="Channel fees"
        terms={made.fees}
        of_order={made.fee_of_order}
        amount_minor={made.fee_minor}
        none="No fee of this channel held on that day, so none is owed."
        changed={changedWords(working, made, 'fee')}
        currency={currency}
      />
    </>
  );
}

/** As the margin has them, whatever they would come to now. */
function Steps({ working }: { readonly working: LineWorking }) {
  const { currency, standing } = working;
  const less = (amount_minor: number | null | undefined): string =>
    ledgerAmount(amount_minor == null ? null : -amount_minor, currency);
  return (
    <PanelSection title="From net sales to GM3" aside={currency}>
      <PanelRow total label="Net sales" value={ledgerAmount(working.net_minor, currency)} />
      <PanelRow label="Landed cost" value={less(standing?.cost_minor)} />
      <PanelRow total label="GM1" value={ledgerAmount(working.gm1_minor, currency)} />
      <PanelRow label="Freight out" value={less(standing?.freight_minor)} />
      <PanelRow total label="GM2" value={ledgerAmount(working.gm2_minor, currency)} />
      <PanelRow label="Rebate" value={less(standing?.rebate_minor)} />
      <PanelRow label="Channel fees" value={less(standing?.fee_minor)} />
      <PanelRow total label="GM3" value={ledgerAmount(working.gm3_minor, currency)} />
    </PanelSection>
  );
}

function withoutWorking({ came_with, kind, standing, ordered_on }: LineWorking): string {
  if (came_with === null) return `A line of the kind “${kind}” has no cost: it is no goods and no return.`;
  const from = came_with === 'demo' ? 'the demo' : 'Binnacle';
  return standing === null
    ? `The line came from ${from} on ${shortDate(ordered_on)} without a cost.`
    : `The cost came with the line from ${from}, and freight, rebate and fees with it; what they were made of is not kept.`;
}

/** Why what stands is not what it comes to now; null where it is. */
function changedWords(working: LineWorking, made: LineMadeOf, part: CostPart): string | null {
  if (!made.differs.includes(part)) return null;
  const { standing, currency, locked, whole } = working;
  const amount_minor = made[`${part}_minor`];
  const now = amount_minor === null ? 'no known amount' : ledgerMoney(amount_minor, currency);
  const then = standing?.[`${part}_minor`] ?? null;
  const stands = then === null ? 'The margin has none yet' : `${ledgerMoney(then, currency)} stands`;
  if (!whole) {
    return `${stands}. What is below comes to ${now}: other sites or channels, which are not yours to see, may have part in it.`;
  }
  if (locked) {
    const month = monthYearLong(Number(working.ordered_on.slice(0, 7).replace('-', '')));
    return `${stands}, for sales of ${month} are locked. What it is made of has changed since: now it would be ${now}, as below.`;
  }
  return `${stands}. What it is made of has changed since and comes to ${now}, as below; in an open month the server reckons it again within minutes.`;
}
