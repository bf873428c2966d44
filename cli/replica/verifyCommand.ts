/** `binnacle verify`: does this replica equal the server, row by row; what did not is mended and named. */
import type { Command } from 'commander';
import type { VerifyResult } from '#contract/actions.ts';
import type { SyncStatus } from '#contract/queries.ts';
import type { CommandLine } from '#cli/commandLine.ts';
import type { Output } from '#cli/output.ts';
import { type Asking, type ReplicaOptions, withReplica, withReplicaOptions } from './asking.ts';
import { verifyTrail } from './verifyTrail.ts';

const PROGRESS_EVERY_MS = 1000;
/** Mended rows named one by one. */
const ROWS_NAMED = 20;

export function registerVerifyCommand(program: Command, line: CommandLine): void {
  withReplicaOptions(
    program.command('verify').description('compare every row with the server at one checkpoint, and mend what differs'),
    'optional',
  )
    .option(
      '--quick',
      'read what changed and what is worked with; compare the rest by what it added up to when last read',
    )
    .action((options: ReplicaOptions & { quick?: boolean }) =>
      line.run(async (output) => {
        await withReplica(line, options, 'online', async (asking) => {
          // the trail as it lies here: what the comparison mends next would hide that somebody rewrote it
          await verifyTrail(asking, output);
          await verifyReplica(asking, output, options.quick === true ? 'quick' : 'full');
        });
      }),
    );
}

/** Says what was found; the command fails when both sides were not equal. */
export async function verifyReplica(asking: Asking, output: Output, depth: 'quick' | 'full'): Promise<void> {
  const stop = showProgress(asking, output);
  const asked = { depth, ...(depth === 'quick' ? { rest: false } : {}) };
  const result = (await asking.call('verifyNow', asked).finally(stop)) as VerifyResult;
  const { equal, tables, rows, parts, unequal_tables, repaired_buckets, repaired_rows, repaired, stubborn } = result;
  output.event(
    {
      event: 'done',
      equal,
      tables,
      rows,
      ...(depth === 'quick' ? { parts } : {}),
      ...(equal ? {} : { unequal_tables, repaired_buckets, repaired_rows, repaired, stubborn }),
    },
    sentences(result).join('\n'),
  );
  if (!equal) process.exitCode = 1;
}

function sentences(result: VerifyResult): readonly string[] {
  const { equal, rows, tables, checkpoint, parts, repaired, repaired_rows, repaired_words, repaired_buckets } = result;
  const number = (count: number): string => count.toLocaleString('en');
  const rest = [
    parts.by_sum > 0 ? `${number(parts.by_sum)} parts compared by what they added up to when they were last read` : '',
    parts.left > 0 ? `${number(parts.left)} parts not compared: run it without --quick` : '',
  ].filter((each) => each !== '');
  return [
    equal
      ? `Equal: ${number(rows)} rows of ${tables} tables at checkpoint ${checkpoint}.`
      : `Unequal in ${result.unequal_tables.join(', ')}.`,
    ...rest.map((each) => `${each}.`),
    ...(repaired_words === '' ? [] : [`Mended: ${repaired_words}.`]),
    ...repaired
      .slice(0, ROWS_NAMED)
      .map(
        ({ label, id, what, columns }) =>
          `  ${label} ${id} ${what}${columns.length > 0 ? `: ${columns.join(', ')}` : ''}`,
      ),
    ...(repaired_rows > ROWS_NAMED ? [`  and ${number(repaired_rows - ROWS_NAMED)} more`] : []),
    ...(repaired_buckets > 0 ? [`Loaded again: ${number(repaired_buckets)} parts.`] : []),
    ...(result.stubborn.length > 0
      ? [
          `${result.stubborn.join(', ')}: differ again right after they were mended. Load all data again on the Sync screen.`,
        ]
      : []),
  ];
}

function showProgress(asking: Asking, output: Output): () => void {
  if (output.json || !process.stderr.isTTY) return () => undefined;
  const timer = setInterval(() => {
    asking.call('syncStatus', {}).then(
      (status) => {
        const { pass } = (status as SyncStatus).verification;
        if (pass)
          output.progress(`${pass.done_parts.toLocaleString('en')} of ${pass.total_parts.toLocaleString('en')} parts`);
      },
      () => undefined,
    );
  }, PROGRESS_EVERY_MS);
  return () => clearInterval(timer);
}
