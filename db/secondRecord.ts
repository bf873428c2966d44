/**
 * What a person decided and the server has not accepted yet, written a second time beside work.db. SQLite takes a log
 * whose end does not check for one that was cut off by a crash and goes on without a word; here a decision is one line of its
 * own, sealed and brought to the disk before the person is told that it is kept, so that either file gives back the other's.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { z } from 'zod';
import { type KeptMutation, keptMutations, putBack } from './commands/kept.ts';
import { type Connection, isDiskFull } from './connection.ts';

export interface SecondRecord {
  /** Behind the commit of that mutation, before anybody is told that it is kept. */
  keep(id: string): void;
  /** Before the mutation is taken away: it is not put back any more. Throws when the disk takes nothing. */
  withdraw(id: string): void;
  close(): void;
}

export interface RecordParts {
  readonly file: string;
  /** work.db's key; the record has one of its own, made from it. */
  readonly raw_hex: string;
  readonly randomBytes: (count: number) => Uint8Array;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const Line = z.union([
  z.strictObject({ withdrawn: z.string() }),
  z.strictObject({
    seq: z.int(),
    id: z.string(),
    command: z.string(),
    args_json: z.string(),
    body_hash: z.string(),
    lane: z.string(),
    title: z.string(),
    effects_json: z.string(),
    made_at_ms: z.int(),
  }),
]);
type Line = z.infer<typeof Line>;

function keyOf(raw_hex: string): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(raw_hex, 'hex'), '', 'binnacle second record of decisions', 32));
}

function seal(line: Line, key: Buffer, randomBytes: RecordParts['randomBytes']): string {
  const nonce = Buffer.from(randomBytes(NONCE_BYTES));
  const cipher = createCipheriv(CIPHER, key, nonce);
  const sealed = Buffer.concat([nonce, cipher.update(JSON.stringify(line), 'utf8'), cipher.final()]);
  return `${Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64')}\n`;
}

/** null when it is not as it was written, or of another key. */
function open(text: string, key: Buffer): Line | null {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length <= NONCE_BYTES + TAG_BYTES) return null;
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return Line.parse(JSON.parse(plain.toString('utf8')));
  } catch {
    return null;
  }
}

interface Read {
  readonly kept: ReadonlyMap<string, KeptMutation>;
  /** False: it holds lines that nobody needs or can read. */
  readonly tidy: boolean;
}

function read({ file, raw_hex }: RecordParts): Read {
  const kept = new Map<string, KeptMutation>();
  if (!existsSync(file)) return { kept, tidy: false };
  const text = readFileSync(file, 'utf8');
  const key = keyOf(raw_hex);
  let tidy = true;
  for (const sealed of text.split('\n')) {
    if (sealed === '') continue;
    const line = open(sealed, key);
    if (line === null) tidy = false;
    else if ('withdrawn' in line) {
      kept.delete(line.withdrawn);
      tidy = false;
    } else kept.set(line.id, line);
  }
  return { kept, tidy };
}

/** Puts back what work.db does not know any more; returns how many. Call it before the record is opened for writing. */
export function putBackFromRecord(work: Connection, parts: RecordParts): number {
  const { kept } = read(parts);
  return kept.size === 0
    ? 0
    : putBack(
        work,
        [...kept.values()].toSorted((a, b) => a.seq - b.seq),
      );
}

/** Opens the record to go on with: what is decided meanwhile leaves it. */
export function openSecondRecord(work: Connection, parts: RecordParts): SecondRecord {
  const { file, raw_hex, randomBytes } = parts;
  const key = keyOf(raw_hex);
  const { kept, tidy } = read(parts);
  const wanted = keptMutations(work);
  if (!tidy || kept.size !== wanted.length || wanted.some(({ id }) => !kept.has(id))) {
    // without room the old one stays: it holds more than is needed, and nothing wrong
    withoutRoom(() => writeAnew(file, wanted.map((line) => seal(line, key, randomBytes)).join('')));
  }
  const out = openSync(file, 'a', 0o600);
  const append = (line: Line) => {
    const before = statSync(file).size;
    try {
      // a line that a crash cut off must not take this one along
      writeFileSync(out, `\n${seal(line, key, randomBytes)}`);
      fsyncSync(out);
    } catch (error) {
      ftruncateSync(out, before);
      throw error;
    }
  };
  return {
    keep: (id) => {
      const [line] = keptMutations(work, id);
      // work.db has it, which is where it counts; the next start writes it here too
      if (line) withoutRoom(() => append(line));
    },
    withdraw: (id) => append({ withdrawn: id }),
    close: () => closeSync(out),
  };
}

function writeAnew(file: string, text: string): void {
  const next = `${file}.next`;
  const out = openSync(next, 'w', 0o600);
  try {
    writeFileSync(out, text);
    fsyncSync(out);
  } finally {
    closeSync(out);
  }
  renameSync(next, file);
}

/** What a full disk must not keep from going on. */
function withoutRoom(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
}
