/** `binnacle jobs`: what the server did to stay small, and how large it is. */
import type { Command } from 'commander';
import type { ServerCare, ServerJob } from '#contract/actions.ts';
import type { CommandLine } from '#cli/commandLine.ts';
import { readPasswordFile } from '#cli/session/password.ts';
import { openServerSession } from '#cli/session/serverSession.ts';

interface JobsOptions {
  readonly server: string;
  readonly user: string;
  readonly passwordFile: string;
}

export function registerJobCommands(program: Command, line: CommandLine): void {
  program
    .command('jobs')
    .description('what the server did to stay small: last run, duration, rows removed, failure')
    .requiredOption('--server <url>', 'address of the central server')
    .option('--user <name>', 'who asks', 'admin')
    .requiredOption('--password-file <file>', 'file holding that account’s password')
    .action((options: JobsOptions) =>
      line.run(async (output) => {
        const password = readPasswordFile(options.passwordFile);
        const session = await openServerSession(line.fetch, options.server, options.user, password);
        try {
          const { jobs, ...sizes } = await session.request<ServerCare>('GET', '/admin/jobs');
          for (const job of jobs) output.event({ event: 'job', ...job }, sentence(job));
          output.event(
            { event: 'sizes', ...sizes },
            `The database holds ${megabytes(sizes.database_bytes)}, its log of changes ${megabytes(sizes.log_bytes)}; ${sizes.clients} installations, ${sizes.retired_clients} retired.`,
          );
        } finally {
          await session.close();
        }
      }),
    );
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

function sentence(job: ServerJob): string {
  if (job.last_finished_at_ms === null) return `${job.name}: not yet run.`;
  const when = new Date(job.last_finished_at_ms).toISOString();
  const result = job.last_error === null ? `${job.last_removed} removed` : `failed: ${job.last_error}`;
  return `${job.name}: ${when}, ${job.last_duration_ms} ms, ${result}; ${job.removed_ever} in ${job.runs} runs.`;
}
