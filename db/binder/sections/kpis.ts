/** Each KPI's figure of the month, what it is made of, and the version of its definition; behind it its rows. */
import { COMPANY_KPI_IDS, type KpiDefinition, kpiDefinition } from '#domain/kpi/definitions.ts';
import { formatDecimal } from '#domain/decimal.ts';
import { minorDigits } from '#domain/money.ts';
import type { KpiRowView, KpiValue } from '#contract/queries.ts';
import { integer, text, yesNo } from '#db/exports/table.ts';
import { kpiRows } from '#db/queries/kpi/kpiRows.ts';
import { kpiValues } from '#db/queries/kpi/kpiValues.ts';
import { type BinderTable, binderTable, fileWord, type MakeSection } from '../section.ts';

const ALL_ROWS = 5_000_000;

export const kpisSection: MakeSection = async ({ context, company, period }) => {
  const month = { from_month: period.period, to_month: period.period };
  const answer = await kpiValues(context, { company_ids: [company.id], ...month });
  const values = answer.companies[0]?.values ?? [];
  const { currency } = company;
  const behind: BinderTable[] = [];
  for (const kpi of COMPANY_KPI_IDS) {
    context.checkCancelled();
    const { rows } = await kpiRows(context, { company_id: company.id, kpi, ...month, offset: 0, limit: ALL_ROWS });
    behind.push(rowsTable(kpiDefinition(kpi), rows));
  }
  return {
    title: 'KPIs',
    words: [
      'A figure is its numerator by its denominator, added up over the rows; a figure without a denominator is none.',
    ],
    facts: [],
    tables: [
      binderTable<KpiValue>(
        { id: 'kpis', title: 'Figures' },
        [
          text('name', 'KPI', (row) => kpiDefinition(row.kpi).name, 30),
          { ...text('value', 'Figure', (row) => figureText(row, currency), 18), share: 14 },
          { ...integer<KpiValue>('above', 'Numerator in its smallest unit', (row) => row.numerator), share: 0 },
          { ...integer<KpiValue>('below', 'Denominator in its smallest unit', (row) => row.denominator), share: 0 },
          text('reason', 'Why there is none', (row) => row.reason, 30),
          integer('version', 'Version', (row) => kpiDefinition(row.kpi).version),
          { ...text('numerator', 'Numerator', (row) => kpiDefinition(row.kpi).numerator, 50), share: 40 },
          { ...text('denominator', 'Denominator', (row) => kpiDefinition(row.kpi).denominator, 50), share: 40 },
        ],
        values,
      ),
      ...behind,
    ],
  };
};

function figureText({ kpi, value }: KpiValue, currency: string): string {
  if (value === null) return 'no data';
  const { format } = kpiDefinition(kpi);
  const scaled = (places: number) => formatDecimal({ units: BigInt(value), places });
  switch (format) {
    case 'rate':
      return `${scaled(2)} %`;
    case 'times':
      return `${scaled(4)} ×`;
    case 'money':
      return `${scaled(minorDigits(currency))} ${currency}`;
    case 'days':
      return `${scaled(3)} days`;
    case 'quantity':
      return scaled(3);
  }
}

function rowsTable({ id, name }: KpiDefinition, rows: readonly KpiRowView[]): BinderTable {
  return binderTable<KpiRowView>(
    { id: `kpi-${fileWord(id)}`, title: name, shown: 'rows' },
    [
      text('source', 'Source', (row) => row.source),
      text('id', 'Id', (row) => String(row.id)),
      text('label', 'What', (row) => row.label),
      text('detail', 'Of', (row) => row.detail),
      integer('numerator', 'Numerator', (row) => row.numerator),
      integer('denominator', 'Denominator', (row) => row.denominator),
      yesNo('unknown', 'Not known', (row) => row.unknown),
    ],
    rows,
  );
}
