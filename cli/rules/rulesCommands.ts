/** `binnacle rules`: what holds, as a list or a file; what a file would change, and the drafts of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { draftsOf } from '#domain/governance/change.ts';
import { RULE_SUBJECTS, type RuleSubject, SUBJECTS } from '#domain/governance/subjects.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { CompanyView, RuleDiff, RulesInForce, RuleView } from '#contract/queries.ts';
import type { CommandLine } from '#cli/commandLine.ts';
import type { Output } from '#cli/output.ts';
import { type Asking, type ReplicaOptions, withReplica, withReplicaOptions } from '#cli/replica/asking.ts';
import { queueAndSend } from '#cli/replica/replicaCommands.ts';
import { csvLines, diffSentence, fileText, ruleLabel, ruleObject, ruleSentence } from './ruleText.ts';

interface RulesOptions extends ReplicaOptions {
  readonly subject: RuleSubject;
  readonly company?: string;
}
interface HeldOptions extends RulesOptions {
  readonly on?: string;
  readonly text?: string;
}
interface ExportOptions extends HeldOptions {
  readonly file?: string;
  readonly format: 'csv' | 'json';
}
interface ImportOptions extends RulesOptions {
  readonly file: string;
  readonly from: string;
  readonly title?: string;
  readonly reason?: string;
  readonly apply?: true;
  readonly offline?: true;
}

/** What a script can ask of `rules import`; 1 is a failure of the command itself. */
export const EXIT = { same_or_drafted: 0, lines_refused: 2, would_change: 3 } as const;
const BLOCK = 500;

export function registerRulesCommands(program: Command, line: CommandLine): void {
  const rules = program.command('rules').description('rules as they hold, and drafts of changes from a file');

  held(rules.command('list').description('the rules of a kind that hold on a day, a line each')).action(
    (options: HeldOptions) =>
      line.run(async (output) => {
        await asked(line, options, 'offline', async (asking, company) => {
          const rows = await rowsOf(asking, company, options);
          for (const row of rows) {
            output.event(
              { event: 'rule', subject: options.subject, ...ruleObject(options.subject, company.currency, row) },
              ruleSentence(options.subject, company.currency, row),
            );
          }
          const counts = {
            rules: rows.length,
            without_owner: rows.filter(({ values }) => values['owner'] == null).length,
          };
          output.event(
            { event: 'done', ...counts },
            `${counts.rules} ${SUBJECTS[options.subject].many}, ${counts.without_owner} without an owner.`,
          );
        });
      }),
  );

  held(rules.command('export').description('the same as a file that `rules import` reads back'))
    .option('--file <file>', 'where to write it; without it, to the output')
    .addOption(new Option('--format <format>', 'of the file').choices(['csv', 'json']).default('csv'))
    .action((options: ExportOptions) =>
      line.run(async (output) => {
        await asked(line, options, 'offline', async (asking, company) => {
          const { subject, file, format } = options;
          const rows = await rowsOf(asking, company, options);
          const text =
            format === 'csv'
              ? csvLines(subject, company.currency, rows).join('\r\n')
              : JSON.stringify(
                  rows.map((row) => ruleObject(subject, company.currency, row)),
                  null,
                  2,
                );
          if (file === undefined) return output.data(text);
          writeFileSync(file, `${text}\n`);
          output.event(
            { event: 'done', rules: rows.length, file },
            `${rows.length} ${SUBJECTS[subject].many} in ${file}.`,
          );
        });
      }),
    );

  of(rules.command('import').description('what a file would change from a day on; drafts it with --apply'))
    .requiredOption(
      '--file <file>',
      'CSV or JSON, as `rules export` writes it; a column that is not there changes nothing',
    )
    .requiredOption('--from <day>', 'the day it takes effect, as 2026-12-01')
    .option('--apply', 'draft what would change; somebody else approves it')
    .option('--title <words>', 'of the draft; the name of the file without it')
    .option('--reason <words>', 'why; who approves it reads it')
    .option('--offline', 'keep the draft here; it is sent at the next sync')
    .addHelpText(
      'after',
      `
Exit code  ${EXIT.same_or_drafted}  the file says what holds, or what it changes is drafted
           1  the command failed: the file cannot be read, or the draft was refused
           ${EXIT.lines_refused}  lines cannot hold; each is printed with its reason, and nothing is drafted
           ${EXIT.would_change}  the file would change something; nothing is drafted without --apply`,
    )
    .action((options: ImportOptions) =>
      line.run(async (output) => {
        const mode = options.apply && !options.offline ? 'auto' : 'offline';
        await asked(line, options, mode, async (asking, company) => {
          process.exitCode = await importRules(output, asking, company, options);
        });
      }),
    );
}

function of(command: Command): Command {
  return withReplicaOptions(command, 'optional')
    .addOption(new Option('--subject <kind>', 'of which kind').choices(RULE_SUBJECTS).makeOptionMandatory())
    .option('--company <code>', 'whose; needed where there are several');
}

function held(command: Command): Command {
  return of(command)
    .option('--on <day>', 'as they held that day, as 2026-01-31; today without it')
    .option('--text <words>', 'only those whose name or owner has each of the words');
}

async function asked(
  line: CommandLine,
  options: RulesOptions,
  mode: 'auto' | 'offline',
  act: (asking: Asking, company: CompanyView) => Promise<void>,
): Promise<void> {
  await withReplica(line, options, mode, async (asking) => {
    const companies = (await asking.call('companies', {})) as readonly CompanyView[];
    const found = companies.filter(({ code }) => options.company === undefined || code === options.company);
    const [company, another] = found;
    if (company === undefined) {
      throw new BinnacleError('not_found', `There is no company ${options.company ?? ''} on this machine.`);
    }
    if (another) {
      const codes = companies.map(({ code }) => code).join(', ');
      throw new BinnacleError('bad_arguments', `Say whose rules with --company: ${codes}.`);
    }
    await act(asking, company);
  });
}

async function rowsOf(asking: Asking, company: CompanyView, { subject, on, text }: HeldOptions): Promise<RuleView[]> {
  const rows: RuleView[] = [];
  for (;;) {
    const block = (await asking.call('rulesInForce', {
      company_id: company.id,
      subject,
      ...(on === undefined ? {} : { on }),
      ...(text === undefined ? {} : { text }),
      offset: rows.length,
      limit: BLOCK,
    })) as RulesInForce;
    rows.push(...block.rows);
    if (block.rows.length === 0 || rows.length >= block.total_rows) return rows;
  }
}

async function importRules(
  output: Output,
  asking: Asking,
  { id: company_id, currency }: CompanyView,
  options: ImportOptions,
): Promise<number> {
  const { subject, from: effective_on, file } = options;
  const { many } = SUBJECTS[subject];
  const text = fileText(readFileSync(file, 'utf8'));
  const diff = (await asking.call('ruleDiff', { company_id, subject, effective_on, text })) as RuleDiff;
  const problem = diff.problem ?? diff.day_problem;
  if (problem !== null) throw new BinnacleError('bad_arguments', problem);
  for (const { line_number, label, reason } of diff.refused) {
    output.event({ event: 'refused', line_number, label, reason }, `line ${line_number} ${label}: ${reason}`);
  }
  for (const each of diff.lines) {
    const { line_number, before, after } = each;
    output.event(
      { event: 'change', line_number, label: ruleLabel(subject, each), before, after },
      diffSentence(subject, currency, each),
    );
  }
  const { counts } = diff;
  output.event(
    { event: 'diff', ...counts, not_read: diff.not_read },
    `${counts.lines} lines: ${counts.unchanged} as they are, ${counts.changed} changed, ${counts.added} new, ${counts.ended} end, ${counts.refused} refused.`,
  );
  if (counts.refused > 0) {
    output.say('Nothing is drafted while lines cannot hold. Correct them, or take them out.');
    return EXIT.lines_refused;
  }
  const changes = counts.added + counts.changed + counts.ended;
  if (changes === 0) return EXIT.same_or_drafted;
  if (!options.apply) {
    output.say(`Nothing is drafted. --apply --reason WHY drafts ${changes} ${many}; somebody else approves them.`);
    return EXIT.would_change;
  }
  if (options.reason === undefined) {
    throw new BinnacleError('bad_arguments', 'Say why with --reason: who approves it reads it.');
  }
  if (changes > diff.lines.length) {
    throw new BinnacleError(
      'bad_arguments',
      `The file would change ${changes} ${many}, more than a person reads. Split it.`,
    );
  }
  const named = (options.title ?? `${SUBJECTS[subject].title} from ${basename(file)}`).slice(0, 100);
  for (const part of draftsOf(subject, named, diff.lines)) {
    const args = { company_id, subject, reason: options.reason, effective_on, ...part };
    const state = await queueAndSend(
      output,
      asking,
      'draftRuleChange',
      args,
      crypto.randomUUID(),
      options.offline === true,
    );
    if (state === 'conflict' || state === 'rejected') return 1;
  }
  return EXIT.same_or_drafted;
}
