/** Verification as the workspace runs it: what a person asks for, the reading behind it, and what there is to say. */
import type { ActionArgs, VerifyResult } from '#contract/actions.ts';
import type { SyncStatus } from '#contract/queries.ts';
import { WIRE_TABLES, type WireTableName } from '#contract/wire/tables.ts';
import type { Connection } from '#db/connection.ts';
import type { Log, Timers } from '#db/machine.ts';
import type { Readers } from '#db/readers/readers.ts';
import type { CopyWriter } from '../copyWriter.ts';
import type { Follower } from '../follower.ts';
import type { Puller } from '../pull.ts';
import type { WireClient } from '../wireClient.ts';
import { createVerifyPass } from './pass.ts';
import { createVerificationStore, labelOf } from './verification.ts';
import { type VerifyParts, verifyQuickly, verifyRest, verifyWhole } from './verify.ts';

/** Mended rows the Sync screen shows. */
const REPAIRS_SHOWN = 20;

export interface VerifierParts {
  readonly replica: Connection;
  readonly client: WireClient;
  readonly client_id: string;
  readonly puller: Puller;
  readonly writer: CopyWriter;
  readonly readers: Readers;
  readonly exclusively: Follower['exclusively'];
  readonly timers: Timers;
  readonly clock: () => number;
  readonly log: Log;
  readonly onApplied: (tables: ReadonlySet<WireTableName>) => void;
  readonly onChange: () => void;
  readonly onBroken: (error: unknown) => void;
  /** The server answers and the copy is whole. */
  readonly isCalm: () => boolean;
  readonly notice: (text: string) => void;
}

export interface Verifier {
  verify(how: ActionArgs<'verifyNow'>): Promise<VerifyResult>;
  pause(paused: boolean): boolean;
  /** The server is back, or the workspace has begun: what was left is read on. */
  kick(): void;
  status(): Pick<SyncStatus, 'last_verified' | 'verification'>;
  stop(): Promise<void>;
}

function labelsOf(tables: readonly string[]): readonly string[] {
  return tables.map((name) => labelOf(WIRE_TABLES.find((table) => table.name === name)));
}

export function createVerifier(parts: VerifierParts): Verifier {
  const { replica, readers, clock } = parts;
  const store = createVerificationStore(replica);
  const partsFor = (signal: AbortSignal): VerifyParts => ({
    ...parts,
    store,
    hashes: (buckets) => readers.run({ kind: 'hashes', buckets }, signal),
    rows: (bucket, table) => readers.run({ kind: 'bucketRows', bucket, table }, signal),
    strays: () => readers.run({ kind: 'strays' }, signal),
    onPart: parts.onChange,
  });

  const tell = ({ equal, repaired_words, repaired_buckets, unequal_tables, stubborn }: VerifyResult): void => {
    if (equal) return;
    const mended = [
      repaired_words,
      repaired_buckets > 0
        ? `${repaired_buckets === 1 ? '1 part was' : `${repaired_buckets} parts were`} loaded again (${labelsOf(unequal_tables).join(', ')})`
        : '',
    ].filter((each) => each !== '');
    if (mended.length > 0)
      parts.notice(`A comparison with the server found differences and mended them. ${mended.join('; ')}.`);
    if (stubborn.length > 0) {
      parts.notice(
        `${stubborn.join(', ')}: differ from the server again right after they were mended. Load all data again; your own changes stay.`,
      );
    }
  };

  const pass = createVerifyPass({
    ...parts,
    store,
    step: () =>
      parts.exclusively(async (signal) => {
        const { more, result } = await verifyRest(partsFor(signal), signal);
        tell(result);
        return more;
      }),
    mayRun: parts.isCalm,
  });

  return {
    verify: async ({ depth, rest }) => {
      const result = await parts.exclusively(async (signal) => {
        const found =
          depth === 'full'
            ? await verifyWhole(partsFor(signal), signal)
            : await verifyQuickly(partsFor(signal), signal);
        if (depth === 'quick' && !rest) store.endPass();
        store.keepLast(found, clock());
        return found;
      });
      tell(result);
      parts.onChange();
      pass.kick();
      return result;
    },
    pause: (paused) => {
      store.pause(paused);
      parts.onChange();
      pass.kick();
      return paused;
    },
    kick: pass.kick,
    status: () => {
      const progress = store.pass();
      return {
        last_verified: store.last(),
        verification: {
          pass: progress && {
            done_parts: progress.done_parts,
            total_parts: progress.total_parts,
            paused: progress.paused,
            left_ms: pass.left_ms(),
          },
          full: store.full(),
          repaired: store.repairs(REPAIRS_SHOWN),
          stubborn: store.stubborn(clock()),
        },
      };
    },
    stop: pass.stop,
  };
}
