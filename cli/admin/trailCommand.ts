/** `binnacle audit`: the audit trail of the central server, newest first. */
import { type Command, Option } from 'commander';
import { AuditChain, type AuditPage, type AuditRow } from '#contract/audit.ts';
import { AUDIT_KINDS, auditDetail, type AuditKind, auditWords } from '#contract/auditWords.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { CommandLine } from '#cli/commandLine.ts';
import type { Output } from '#cli/output.ts';
import type { ServerSession } from '#cli/session/serverSession.ts';
import { type ConnectionOptions, withConnection, withSession } from './connection.ts';

interface TrailOptions extends ConnectionOptions {
  readonly who?: string;
  readonly about?: string;
  readonly kind?: AuditKind;
  readonly text?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
  readonly verify?: boolean;
}

const MOST = 100_000;

export function registerTrailCommand(program: Command, line: CommandLine): void {
  withConnection(program.command('audit').description('the audit trail: who came in, what was given, what was refused'))
    .option('--who <text>', 'part of the name of who did it')
    .option('--about <text>', 'part of whom or what it was done to')
    .addOption(new Option('--kind <kind>', 'only this').choices(AUDIT_KINDS))
    .option('--text <words>', 'each word anywhere in an entry')
    .option('--since <moment>', 'from this day or moment, as 2026-11-05 or 2026-11-05T10:41Z')
    .option('--until <moment>', 'up to, not including')
    .option('--verify', 'whether no entry was altered, taken out or put in, and the seal of the last')
    .option('--limit <entries>', `at most so many, up to ${MOST}`, '200')
    .action((options: TrailOptions) =>
      line.run(async (output) => {
        const limit = Number(options.limit);
        if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
          throw new BinnacleError('bad_arguments', `--limit is a whole number from 1 to ${MOST}.`);
        }
        const question = {
          text: options.text ?? '',
          kind: options.kind ?? null,
          who: options.who ?? '',
          about: options.about ?? '',
          from_ms: momentOf('--since', options.since),
          until_ms: momentOf('--until', options.until),
        };
        if (options.verify === true) {
          await withSession(line, options, async (session) => await verify(session, output));
          return;
        }
        await withSession(line, options, async (session) => {
          let before: number | null = null;
          let left = limit;
          for (;;) {
            const page: AuditPage = await session.request<AuditPage>('POST', '/admin/audit', { ...question, before });
            for (const entry of page.rows.slice(0, left)) output.event({ event: 'audit', entry }, sentence(entry));
            left -= page.rows.length;
            before = page.rows.at(-1)?.id ?? null;
            if (!page.more || left <= 0 || before === null) break;
          }
        });
      }),
    );
}

/** Throws when an entry was altered, taken out or put in: the command then fails. */
async function verify(session: ServerSession, output: Output): Promise<void> {
  const chain = AuditChain.parse(await session.request('POST', '/admin/audit/chain', {}));
  const { entries, seal, waiting, broken } = chain;
  if (broken !== null) {
    throw new BinnacleError(
      'conflict',
      `The audit trail is not whole: ${broken.why}, at entry ${broken.seq}. Keep the database as it is, and compare with a backup.`,
    );
  }
  const later = waiting > 0 ? `; ${waiting} written since are sealed within a minute` : '';
  output.event({ event: 'audit_chain', ...chain }, `${entries} entries, whole. Seal of the last: ${seal}${later}`);
}

function sentence(entry: AuditRow): string {
  const { happened_at_ms, user_name, about, address } = entry;
  return [
    new Date(happened_at_ms).toISOString(),
    auditWords(entry).padEnd(20),
    (user_name ?? 'the operator').padEnd(16),
    about,
    auditDetail(entry),
    address === null ? '' : `from ${address}`,
  ]
    .filter((part) => part !== null && part !== '')
    .map((part) => printable(part ?? ''))
    .join('  ')
    .trimEnd();
}

/** A typed name must not steer the terminal it is shown on. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ');
}

function momentOf(option: string, typed: string | undefined): number | null {
  if (typed === undefined) return null;
  const at_ms = Date.parse(typed);
  if (Number.isNaN(at_ms) || at_ms < 0) {
    throw new BinnacleError(
      'bad_arguments',
      `${option} is a day or a moment, such as 2026-11-05 or 2026-11-05T10:41Z.`,
    );
  }
  return at_ms;
}
