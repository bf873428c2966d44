/** `binnacle company …`: what an administrator says of a company. */
import type { Command } from 'commander';
import { MONTH_NAMES } from '#domain/calendarWords.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { CommandLine } from '#cli/commandLine.ts';
import { type ConnectionOptions, withConnection, withSession } from './connection.ts';

export function registerCompanyCommands(program: Command, line: CommandLine): void {
  const company = program.command('company').description('what the books of a company go by');

  withConnection(company.command('fiscal-year <code>').description('the month the company’s fiscal year begins with'))
    .requiredOption('--begins-with <month>', 'a month’s name or number: April, or 4')
    .action((code: string, options: ConnectionOptions & { beginsWith: string }) =>
      line.run(async (output) => {
        const month = monthOf(options.beginsWith);
        await withSession(line, options, async (session) => {
          await session.request('POST', `/admin/companies/${encodeURIComponent(code)}/fiscal-year`, { month });
          output.event(
            { event: 'company', code, fiscal_year_start_month: month },
            `The fiscal year of ${code} begins with ${MONTH_NAMES[month - 1]}. Open months are drawn up anew within some minutes; what was signed and comes out otherwise waits for a signature again.`,
          );
        });
      }),
    );
}

/** 'April', 'apr' or '4' → 4; throws `bad_arguments` with what to write. */
function monthOf(text: string): number {
  const word = text.trim().toLowerCase();
  const named = word.length < 3 ? -1 : MONTH_NAMES.findIndex((name) => name.toLowerCase().startsWith(word));
  const month = named >= 0 ? named + 1 : /^\d{1,2}$/.test(word) ? Number(word) : 0;
  if (month < 1 || month > 12) {
    throw new BinnacleError('bad_arguments', `"${text}" is no month. Write a name such as April, or 1 to 12.`);
  }
  return month;
}
