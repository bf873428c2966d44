/** How the outcome of a file is told: the same words for a dry run and for what was applied. */
import { columnLabel, columnText } from '#domain/imports/engine/columnText.ts';
import type { ImportKind } from '#domain/imports/engine/kind.ts';
import type { ChangedLine, FileImportOutcome } from '#contract/wire/fileImports.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { Output } from '#cli/output.ts';
import { count } from './upload.ts';

/** People see this many of each sort; all are in the screen, refused lines also in `quarantine list`. */
const SHOWN = 20;

/** Throws BinnacleError `bad_arguments` after everything is told, where lines wait and none was taken in: a script should not go on. */
export function reportOutcome(output: Output, outcome: FileImportOutcome, kind: ImportKind, dryRun: boolean): void {
  const { currency } = outcome.company;
  tellLines(output, 'created', outcome.created, currency, dryRun);
  tellLines(output, 'changed', outcome.changed, currency, dryRun);
  for (const [index, { line_number, label, reason }] of outcome.quarantined.entries()) {
    output.event(
      { event: 'quarantined', line_number, label, reason },
      index < SHOWN ? `Quarantined: line ${line_number}${label === '' ? '' : ` (${label})`}: ${reason}` : null,
    );
  }
  for (const [index, { line_number, label, text }] of outcome.flagged.entries()) {
    output.event(
      { event: 'flagged', line_number, label, text },
      index < SHOWN ? `Look at line ${line_number} (${label}): ${text}` : null,
    );
  }
  const { counts, tie, made, reasons, applied, company } = outcome;
  const took = counts.lines - counts.quarantined;
  output.event(
    { event: 'done', kind: kind.kind, company: company.code, applied, ...counts, tie, made, reasons },
    [
      `${count(counts.lines)} lines read: ${count(counts.created)} new, ${count(counts.changed)} changed, ${count(counts.unchanged)} as they were, ${count(counts.quarantined)} quarantined.`,
      ...(counts.outside > 0 ? [`  ${count(counts.outside)} balances the file does not name become 0.`] : []),
      ...tie.flatMap(({ label, source, imported, quarantined, unreadable }) => [
        `  ${label}: ${source} in the file = ${imported} imported + ${quarantined} quarantined${unreadable > 0 ? ` (${count(unreadable)} cannot be read)` : ''}`,
      ]),
      ...made.map(({ what, codes }) => `  also made: ${what} ${codes.join(', ')}`),
      ...reasons.map(({ reason, lines }) => `  quarantined ${count(lines)}: ${reason}`),
      ...(counts.settled_earlier > 0
        ? [`  ${count(counts.settled_earlier)} of the quarantined lines were corrected or dismissed earlier.`]
        : []),
      dryRun
        ? 'Nothing was applied: this was a dry run.'
        : took === 0
          ? `Nothing was taken in by company ${company.code} (${company.name}).`
          : `Applied to company ${company.code} (${company.name})${company.created ? ', made with it' : ''}.`,
      ...(!dryRun && counts.quarantined > counts.settled_earlier
        ? [
            `"binnacle quarantine export --kind ${kind.kind} --company ${company.code} --file F.csv" writes the quarantined lines for correction.`,
          ]
        : []),
    ].join('\n'),
  );
  if (took === 0 && counts.quarantined > counts.settled_earlier)
    throw new BinnacleError(
      'bad_arguments',
      `${counts.lines === 1 ? 'The one line is not' : `None of the ${count(counts.lines)} lines is`} taken in: what waits, waits for the reasons above.`,
    );
}

function tellLines(
  output: Output,
  event: 'created' | 'changed',
  lines: readonly ChangedLine[],
  currency: string,
  dryRun: boolean,
): void {
  if (!dryRun) return;
  for (const [index, { line_number, label, fields }] of lines.entries()) {
    const words = fields.map(({ column, before, after }) => {
      const now = columnText(column, after, currency) ?? 'empty';
      return event === 'created'
        ? `${columnLabel(column)} ${now}`
        : `${columnLabel(column)} ${columnText(column, before, currency) ?? 'empty'} → ${now}`;
    });
    const where = line_number === null ? 'not in the file' : `line ${line_number}`;
    output.event(
      { event, line_number, label, fields },
      index < SHOWN ? `${event === 'created' ? 'New' : 'Changed'}: ${where} (${label}): ${words.join(', ')}` : null,
    );
  }
  if (lines.length > SHOWN) output.say(`… and ${count(lines.length - SHOWN)} more shown with --json`);
}
