/** What was earned by channel, and how it ties to the ledger; behind it every line and what does not tie. */
import { TIE_COMPONENTS } from '#domain/close/marginTie.ts';
import type { KpiFigure } from '#domain/kpi/tally.ts';
import {
  addClaimCost,
  addCredit,
  addLadderLine,
  emptyLadderSums,
  type LadderLine,
  type LadderSums,
  ladderFigures,
} from '#domain/kpi/marginLadder.ts';
import { minorDigits } from '#domain/money.ts';
import type { MarginLineView, MarginRow, MarginTie, TieLine } from '#contract/queries.ts';
import { lineColumns } from '#db/exports/columns.ts';
import { date, decimal, integer, percent, text } from '#db/exports/table.ts';
import { marginByChannel } from '#db/queries/margin/marginByChannel.ts';
import { marginLines } from '#db/queries/margin/marginLines.ts';
import { marginTieLines, marginTies } from '#db/queries/margin/marginTies.ts';
import { binderTable, type MakeSection } from '../section.ts';

/** More than any month of one company has. */
const ALL_ROWS = 5_000_000;
/** As the list of channels calls lines without one. */
const UNMAPPED = 'Unmapped';
const COMPONENT_WORDS: Readonly<Record<MarginTie['component'], string>> = {
  gross: 'Gross sales',
  discounts: 'Discounts',
  returns: 'Returns and credits',
  cost: 'Landed cost',
  freight: 'Outbound freight',
  rebates: 'Rebates',
  fees: 'Channel fees',
  claims: 'Claims',
};

export const marginSection: MakeSection = async ({ context, company, period }) => {
  const month = { company_id: company.id, from_month: period.period, to_month: period.period };
  const margin = await marginByChannel(context, { ...month, group_by: 'channel', limit: 500 });
  const { currency } = margin;
  const places = minorDigits(currency);
  const { ties } = await marginTies(context, { company_id: company.id, month: period.period });
  const all = { ...month, locate: [], offset: 0, limit: ALL_ROWS };
  const sold = await marginLines(context, { ...all, figure: 'all' });
  // claims are part of GM3 alone: with them the rows add up to it
  const claimed = await marginLines(context, { ...all, figure: 'claims' });
  const lines = [...sold.lines, ...claimed.lines];
  const differing: (TieLine & { readonly component: string })[] = [];
  for (const component of TIE_COMPONENTS) {
    context.checkCancelled();
    const asked = { company_id: company.id, month: period.period, component, limit: ALL_ROWS };
    const { lines: tie_lines } = await marginTieLines(context, asked);
    for (const line of tie_lines) differing.push({ ...line, component: COMPONENT_WORDS[component] });
  }
  const money = (id: string, title: string, value: (row: MarginRow) => number | null) => ({
    ...decimal<MarginRow>(id, `${title}, ${currency}`, places, value),
    total: 'sum' as const,
  });
  const below = (id: Step, title: string) => ({
    ...decimal<ChannelSteps>(id, `${title}, ${currency}`, places, ({ figures }) => figures.get(id)?.value ?? null),
    total: 'sum' as const,
  });
  const share = (id: Step, title: string) =>
    percent<ChannelSteps>(id, title, ({ figures }) => figures.get(id)?.value ?? null);
  const tied = (id: string, title: string, value: (row: MarginTie) => number | null) =>
    decimal<MarginTie>(id, `${title}, ${currency}`, places, value);
  return {
    title: 'Margin by channel',
    words: [
      margin.formula,
      `Cost: ${margin.cost_statement}.`,
      'GM2 = GM1 − outbound freight, GM3 = GM2 − rebates − channel fees − claims.',
      'Margin counts the month an order was made, the ledger the day goods left, came back or were credited: less what is not delivered, with what earlier months ordered, the documents of the month come to what the ledger holds.',
    ],
    facts: [],
    tables: [
      binderTable<MarginRow>(
        { id: 'margin', title: 'By channel', empty: 'Nothing was ordered.' },
        [
          text('label', 'Channel', (row) => row.label, 24),
          integer('lines', 'Lines', (row) => row.lines),
          money('gross', 'Gross', (row) => row.gross_minor),
          money('discounts', 'Discounts', (row) => row.discounts_minor),
          money('returns', 'Returns', (row) => row.returns_minor),
          money('net', 'Net sales', (row) => row.net_minor),
          money('cost', 'Landed cost', (row) => row.cost_minor),
          {
            ...decimal<MarginRow>('gm1', `GM1, ${currency}`, places, (row) => row.gm1_minor),
            total: 'sum' as const,
          },
          percent('rate', 'GM1, %', (row) => row.gm1_bp),
        ],
        [...margin.rows, ...(margin.other ? [margin.other] : [])],
      ),
      binderTable<ChannelSteps>(
        { id: 'margin-steps', title: 'By channel, from GM1 to GM3', empty: 'Nothing was ordered.' },
        [
          text('label', 'Channel', (row) => row.label, 24),
          below('gm1', 'GM1'),
          below('outbound_freight', 'Freight out'),
          { ...below('gm2', 'GM2'), difference: ['gm1', 'outbound_freight'] as const },
          share('gm2_rate', 'GM2, %'),
          below('rebates', 'Rebates'),
          below('channel_fees', 'Channel fees'),
          below('claims', 'Claims'),
          below('gm3', 'GM3'),
          share('gm3_rate', 'GM3, %'),
        ],
        stepsOf(lines, margin.rows),
      ),
      binderTable<MarginTie>(
        { id: 'margin-ties', title: 'Tie to the ledger' },
        [
          text('component', 'Part', (row) => COMPONENT_WORDS[row.component], 18),
          text('accounts', 'Accounts', (row) => row.accounts.map(({ code }) => code).join(', '), 14),
          tied('margin', 'Margin', (row) => row.margin_minor),
          tied('undelivered', 'Not delivered', (row) => row.undelivered_minor),
          tied('earlier', 'Of earlier months', (row) => row.earlier_minor),
          tied('documents', 'Documents', (row) => row.documents_minor),
          tied('ledger', 'Ledger', (row) => row.ledger_minor),
          {
            ...tied('difference', 'Difference', (row) => row.difference_minor),
            difference: ['ledger', 'documents'] as const,
          },
          integer('days', 'Days that differ', (row) => row.differing_days),
        ],
        ties,
      ),
      binderTable<(typeof differing)[number]>(
        { id: 'margin-tie-lines', title: 'Days that differ, with entries and documents', shown: 'rows' },
        [
          text('component', 'Part', (row) => row.component),
          text('kind', 'Row', (row) => row.kind),
          date('on', 'Day', (row) => row.on),
          text('channel', 'Channel', (row) => row.channel),
          text('number', 'Number', (row) => row.number),
          text('about', 'About', (row) => row.about),
          decimal('documents', `Documents, ${currency}`, places, (row) => row.documents_minor),
          decimal('ledger', `Ledger, ${currency}`, places, (row) => row.ledger_minor),
          decimal('difference', `Difference, ${currency}`, places, (row) => row.difference_minor),
        ],
        differing,
      ),
      binderTable<MarginLineView>(
        { id: 'margin-lines', title: 'Order lines, credits and claims', shown: 'rows' },
        lineColumns(currency, true),
        lines.toSorted((a, b) => a.order_line_id - b.order_line_id || (a.key < b.key ? -1 : 1)),
      ),
    ],
  };
};

type Step =
  | 'gm1'
  | 'outbound_freight'
  | 'gm2'
  | 'gm2_rate'
  | 'rebates'
  | 'channel_fees'
  | 'claims'
  | 'gm3'
  | 'gm3_rate';

type SteppedLine = LadderLine & Pick<MarginLineView, 'channel' | 'claim_minor' | 'credit_note_id'>;

interface ChannelSteps {
  readonly label: string;
  readonly figures: ReadonlyMap<string, KpiFigure>;
}

/** Made of the very lines that stand behind, in the order of the table above; a channel of claims alone comes after it. */
export function stepsOf(
  lines: readonly SteppedLine[],
  rows: readonly Pick<MarginRow, 'label'>[],
): readonly ChannelSteps[] {
  const sums = new Map<string, LadderSums>(rows.map(({ label }) => [label, emptyLadderSums()]));
  for (const line of lines) {
    const label = line.channel ?? UNMAPPED;
    const own = sums.get(label) ?? emptyLadderSums();
    sums.set(label, own);
    if (line.claim_minor !== null) addClaimCost(own, line.claim_minor);
    else if (line.credit_note_id !== null) addCredit(own, { amount_minor: -line.net_minor, claim_id: null });
    else addLadderLine(own, line);
  }
  return [...sums].map(([label, own]) => ({ label, figures: ladderFigures(own, true) }));
}
