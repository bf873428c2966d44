/**
 * `binnacle binder`: a month's close as files, from one's own copy and without the server; `binnacle binder verify` tells
 * whether a byte of it was changed since.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { readArchive } from '#domain/close/binder/archiveLook.ts';
import { filesOverWords } from '#domain/close/binder/evidenceRoom.ts';
import { faultWords } from '#domain/close/binder/judge.ts';
import { TRAIL_ADVICE } from '#domain/close/binder/lacking.ts';
import { trailWords } from '#domain/close/binder/sealedTrail.ts';
import type { ActionResults } from '#contract/actions.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { CompanyView } from '#contract/queries.ts';
import type { CommandLine } from '#cli/commandLine.ts';
import { type Asking, type ReplicaOptions, withReplica } from './asking.ts';
import { judgeBinderAt, layDown } from './binderFiles.ts';
import { tellKept, tellRecord, tellRecorded } from './binderRecord.ts';

/** None is required by the parser: `verify` below needs none of them. */
type MakeOptions = Partial<ReplicaOptions> & {
  readonly period?: number;
  readonly company?: string;
  readonly out?: string;
};

interface VerifyOptions {
  readonly hash?: string;
}

function monthOf(text: string): number {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) throw new InvalidArgumentError('a month looks like 2026-10');
  return Number(text.replace('-', ''));
}

export function registerBinderCommand(program: Command, line: CommandLine): void {
  const binder = program
    .command('binder')
    .description('a month’s close as files: PDF, workbook, the rows behind every figure, manifest')
    .option('--period <month>', 'such as 2026-10', monthOf)
    .option('--out <folder>', 'a new folder, or a name that ends in .zip to keep it in one file')
    .option('--company <code>', 'whose, when you see several')
    .option('--server <url>', 'address of the central server, when the folder has replicas of several')
    .option('--user <name>', 'whose replica')
    .option('--password-file <file>', 'file holding that user’s password')
    .option('--data-dir <dir>', 'folder of the replicas');
  binder.action((options: MakeOptions) =>
    line.run(async (output) => {
      const { user, passwordFile, period, out: named } = options;
      if (user === undefined || passwordFile === undefined || period === undefined || named === undefined) {
        throw new BinnacleError(
          'bad_arguments',
          'Say --period MONTH, --out FOLDER, --user NAME and --password-file FILE.',
        );
      }
      await withReplica(line, { ...options, user, passwordFile }, 'auto', async (asking) => {
        const company_id = await companyOf(asking, options.company);
        output.progress('Making the binder …');
        const made = (await asking.call('makeBinder', {
          company_id,
          period,
        })) as ActionResults['makeBinder'];
        const archive = await taken(asking, made);
        const out = path.resolve(named);
        if (out.endsWith('.zip')) writeFileSync(out, archive, { mode: 0o600, flag: 'wx' });
        else layDown(out, readArchive(archive) ?? []);
        const { manifest, manifest_hash, recorded_by_mutation } = made;
        output.event(
          {
            event: 'binder',
            out,
            manifest_hash,
            final: manifest.final,
            lacking: manifest.lacking,
            checkpoint: manifest.checkpoint,
            parts: manifest.parts.length,
            record: recorded_by_mutation,
            kept: made.kept,
            files_over: made.files_over,
          },
          `${manifest.final ? 'Final' : 'Draft'} binder of ${manifest.company}: ${manifest.parts.length} files in ${out}.\nManifest ${manifest_hash}`,
        );
        if (!manifest.final) output.say(`Lacks to be final: ${manifest.lacking.join('; ')}.`);
        if (made.trail_faults.length > 0) output.say(TRAIL_ADVICE);
        const over = filesOverWords(made.files_over);
        if (over !== null) output.say(over);
        for (const each of made.trail_faults) output.event({ event: 'trail_fault', fault: each }, each);
        tellKept(output, made);
        await tellRecord(output, asking, made);
      });
    }),
  );
  binder
    .command('verify <place>')
    .description('whether every byte of a binder is as it was made; exit code 1 and what differs if not')
    .option(
      '--hash <hash>',
      'the manifest hash kept elsewhere: also finds a binder whose manifest was rewritten with it',
    )
    .action((place: string, options: VerifyOptions, command: Command) =>
      line.run(async (output) => {
        // said before or after `verify`, they are those of `binder`
        const { user, passwordFile, ...of_replica } = command.optsWithGlobals<MakeOptions>();
        const { manifest, manifest_hash, faults, trail } = judgeBinderAt(path.resolve(place), options.hash ?? null);
        for (const each of faults) output.event({ event: 'binder_fault', ...each }, faultWords(each));
        for (const each of trail.faults) output.event({ event: 'trail_fault', fault: each }, each);
        const wrong = faults.length + trail.faults.length;
        if (wrong > 0 || manifest === null || manifest_hash === null) {
          throw new BinnacleError(
            'conflict',
            `This binder is not as it was made: ${wrong === 1 ? '1 thing differs' : `${wrong} things differ`}. Take another copy of it; what differs is named above.`,
          );
        }
        output.event(
          { event: 'binder_verified', manifest_hash, parts: manifest.parts.length, final: manifest.final },
          `${manifest.final ? 'Final' : 'Draft'} binder, ${manifest.parts.length} files, every byte as it was made. Manifest ${manifest_hash}`,
        );
        output.event({ event: 'trail_verified', of: trail.of, entries: trail.entries.length }, trailWords(trail));
        for (const each of trail.told) output.event({ event: 'trail_told', fault: each }, `As it was made: ${each}`);
        if (user === undefined || passwordFile === undefined) {
          output.event(
            { event: 'binder_recorded', recorded: null },
            'Whether it is recorded was not asked: say --user NAME and --password-file FILE to look in a copy.',
          );
          return;
        }
        await withReplica(line, { ...of_replica, user, passwordFile }, 'auto', (asking) =>
          tellRecorded(output, asking, { manifest, manifest_hash, trail }),
        );
      }),
    );
}

async function companyOf(asking: Asking, code: string | undefined): Promise<number> {
  const all = ((await asking.call('companies', {})) as readonly CompanyView[]).filter(({ has_finance }) => has_finance);
  const found = code === undefined ? all : all.filter((company) => company.code === code);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.id;
  const codes = all.map((company) => company.code).join(', ');
  if (all.length === 0) throw new BinnacleError('not_permitted', 'You see the close of no company.');
  throw new BinnacleError('bad_arguments', `Say which company with --company: ${codes}.`);
}

async function taken(asking: Asking, made: ActionResults['makeBinder']): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const part = (await asking.call('exportPart', { id: made.id, offset })) as ActionResults['exportPart'];
    parts.push(Buffer.from(part.base64, 'base64'));
    offset = part.next_offset;
  }
  return Buffer.concat(parts);
}
