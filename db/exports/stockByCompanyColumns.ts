/** What the file of all companies' stock holds: each company, its categories below it, and the total. Ids are the grid's. */
import { minorDigits } from '#domain/money.ts';
import type { StockByCompany, StockPart } from '#contract/queries.ts';
import { type Column, decimal, integer, text } from './table.ts';

export interface CompanyStockLine {
  readonly company: string;
  /** null = the company's, or everybody's, sum. */
  readonly category: string | null;
  /** null = of several. */
  readonly currency: string | null;
  readonly part: Omit<StockPart, 'label'>;
}

export function companyStockLines({ companies, ...all }: StockByCompany): readonly CompanyStockLine[] {
  const total = { items: all.items, troubled: all.troubled, value_minor: null, shown_minor: all.total_minor };
  return [
    ...companies.flatMap((company): CompanyStockLine[] => {
      const { label, currency } = company;
      const of = (category: string | null, part: StockPart): CompanyStockLine => ({
        company: label,
        category,
        currency,
        part,
      });
      return [of(null, company), ...company.categories.map((part) => of(part.label, part))];
    }),
    { company: 'All companies', category: null, currency: null, part: total },
  ];
}

export function companyStockColumns(answer: StockByCompany): readonly Column<CompanyStockLine>[] {
  const { cost_visible, currency: shown, companies } = answer;
  // amounts of several currencies stand in one column: as many places as the finest of them needs
  const places = Math.max(...companies.map(({ currency }) => minorDigits(currency)));
  const own = ({ currency, part }: CompanyStockLine): number | null =>
    currency === null || part.value_minor === null ? null : part.value_minor * 10 ** (places - minorDigits(currency));
  return [
    text('label', 'Company', (row) => row.company, 24),
    text('label', 'Category', (row) => row.category, 24),
    integer('items', 'Items', (row) => row.part.items),
    integer('troubled', 'In trouble', (row) => row.part.troubled),
    ...(cost_visible
      ? [
          text<CompanyStockLine>('value', 'Currency', (row) => row.currency, 10),
          decimal('value', 'Value, own currency', places, own),
          decimal<CompanyStockLine>('shown', `Value, ${shown}`, minorDigits(shown), (row) => row.part.shown_minor),
        ]
      : []),
  ];
}
