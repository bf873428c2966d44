/** What was earned by channel, and how it ties to the ledger; behind it every line and what does not tie. */
import { TIE_COMPONENTS } from '#domain/close/marginTie.ts';
import { minorDigits } from '#domain/money.ts';
import type { MarginRow, MarginTie, TieLine } from '#contract/queries.ts';
import { lineColumns } from '#db/exports/columns.ts';
import { date, decimal, integer, percent, text } from '#db/exports/table.ts';
import { marginByChannel } from '#db/queries/margin/marginByChannel.ts';
import { marginLines } from '#db/queries/margin/marginLines.ts';
import { marginTieLines, marginTies } from '#db/queries/margin/marginTies.ts';
import { binderTable, type MakeSection } from '../section.ts';

/** More than any month of one company has. */
const ALL_ROWS = 5_000_000;
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
  const sold = await marginLines(context, { ...month, figure: 'all', locate: [], offset: 0, limit: ALL_ROWS });
  const differing: (TieLine & { readonly component: string })[] = [];
  for (const component of TIE_COMPONENTS) {
    context.checkCancelled();
    const asked = { company_id: company.id, month: period.period, component, limit: ALL_ROWS };
    const { lines } = await marginTieLines(context, asked);
    for (const line of lines) differing.push({ ...line, component: COMPONENT_WORDS[component] });
  }
  const money = (id: string, title: string, value: (row: MarginRow) => number | null) => ({
    ...decimal<MarginRow>(id, `${title}, ${currency}`, places, value),
    total: 'sum' as const,
  });
  const tied = (id: string, title: string, value: (row: MarginTie) => number | null) =>
    decimal<MarginTie>(id, `${title}, ${currency}`, places, value);
  return {
    title: 'Margin by channel',
    words: [
      margin.formula,
      `Cost: ${margin.cost_statement}.`,
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
      binderTable<(typeof sold.lines)[number]>(
        { id: 'margin-lines', title: 'Order lines, credits and claims', shown: 'rows' },
        lineColumns(currency, true),
        sold.lines.toSorted((a, b) => a.order_line_id - b.order_line_id || (a.key < b.key ? -1 : 1)),
      ),
    ],
  };
};
