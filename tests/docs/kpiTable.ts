/** docs/KPIS.md as the registry says it. `node tests/docs/kpiTable.ts` writes the file anew. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KPI_DEFINITIONS, type KpiDefinition } from '#domain/kpi/definitions.ts';

export const KPI_DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'KPIS.md');

const HEAD = `# KPIs

What every figure means. Made from \`domain/kpi/registry/\`, which the panel beside a figure shows as well; after a change
run \`node tests/docs/kpiTable.ts\`. A figure is Σ numerator ÷ Σ denominator over its rows, and opening it lists those very rows.
It may be asked of one channel, site or category where the column “also by” names these: elsewhere there is no figure and a reason.
A denominator of 0 is no data, never 0 % or 100 %. A part that is not known makes the figure unknown and says how much is.

Targets lie in \`kpi_target\`, in the unit the figure is stored in: basis points (96.20 % = 9620, 1.11 times = 11100), minor units,
thousandths of a base unit, thousandths of a day. The newest row not later than the month counts; one of the channel before
one of all channels. Medians and the 90 % value are by nearest rank: the smallest value that at least that share of rows does
not exceed; while some rows are still open it is Kaplan and Meier's estimate, and “> the longest” where that never gets so far.

Of several companies numerators and denominators are added up. Money of several currencies is converted first, each company's
month by itself: figures of a month's rows at its average rate, those of a day at the closing rate (decision 0014). An amount's
target is then the companies' targets together; a rate's the one they share, else none.
`;

const COLUMNS = [
  'id',
  'name',
  'unit',
  'grain',
  'numerator',
  'denominator',
  'out of it',
  'no data',
  'owner · for',
  'target',
  'also by',
  'v',
];

function cells(kpi: KpiDefinition): string[] {
  const better = kpi.better === null ? '' : `, ${kpi.better} is better`;
  return [
    `\`${kpi.id}\``,
    kpi.name,
    kpi.unit,
    kpi.grain,
    kpi.numerator,
    kpi.denominator,
    kpi.exclusions.join('; ') || '–',
    kpi.null_rule,
    `${kpi.owner} · ${kpi.area}`,
    kpi.target === 'none' ? 'none' : `${kpi.target === 'channel' ? 'a channel or all' : 'the company'}${better}`,
    kpi.dimensions.join(', ') || '–',
    String(kpi.version),
  ];
}

const row = (values: readonly string[]): string =>
  `| ${values.map((each) => each.replaceAll('|', '\\|')).join(' | ')} |`;

export function kpiDocument(): string {
  const lines = [row(COLUMNS), row(COLUMNS.map(() => '---')), ...KPI_DEFINITIONS.map((kpi) => row(cells(kpi)))];
  return `${HEAD}\n${lines.join('\n')}\n`;
}

if (import.meta.main) writeFileSync(KPI_DOCUMENT, kpiDocument());
