/** How an import's outcome is told. The `done` event has exactly the keys scripts rely on. */
import type { OrderImportOpened, OrderImportReport } from '#contract/wire/imports.ts';
import type { Output } from '#cli/output.ts';
import { count } from './upload.ts';

export function reportImport(output: Output, report: OrderImportReport, company: OrderImportOpened['company']): void {
  const { totals } = report;
  output.event(
    {
      event: 'report',
      company: company.code,
      changed: report.changed,
      corrected_earlier: report.corrected_earlier,
      reasons: report.reasons,
    },
    null,
  );
  const { currency } = company;
  output.event(
    { event: 'done', ...totals },
    [
      `${count(totals.lines)} lines read: ${count(totals.imported)} imported (${count(totals.created)} new, ${count(report.changed)} changed), ${count(totals.quarantined)} quarantined.`,
      `  source total       ${totals.source_total} ${currency}`,
      `  = imported         ${totals.imported_total} ${currency}`,
      `  + quarantined      ${totals.quarantined_total} ${currency}`,
      `  + rounding         ${totals.rounding} ${currency}`,
      ...report.reasons.map(({ reason, lines }) => `  quarantined ${count(lines)}: ${reason}`),
      ...(report.corrected_earlier > 0
        ? [
            `  ${count(report.corrected_earlier)} of the quarantined lines were corrected in an earlier import; their corrected values stay.`,
          ]
        : []),
      ...(totals.quarantined > report.corrected_earlier
        ? [
            '"binnacle quarantine export --file F.csv" writes the quarantined lines; correct them and run "binnacle quarantine retry --file F.csv".',
          ]
        : []),
    ].join('\n'),
  );
}
