/**
 * Files of sealed lines: each line proves itself, so one that a crash cut off or a disk changed is left out and takes no
 * other along. Lines are only added; a file that holds more than is needed is written anew beside itself and takes its place.
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
import { isDiskFull } from './connection.ts';

export interface SealParts {
  readonly file: string;
  /** work.db's key; the lines have one of their own, made from it and from what they are. */
  readonly raw_hex: string;
  readonly purpose: string;
  readonly randomBytes: (count: number) => Uint8Array;
}

export interface SealedFile {
  /** Throws when the disk takes nothing; then nothing of it is there. `synced`: brought to the disk before this returns. */
  append(line: unknown, synced: boolean): void;
  /** All that is needed, in place of what is there. Without room the old one stays: more than is needed, nothing wrong. */
  writeAnew(lines: readonly unknown[]): void;
  /** Bytes of the file. */
  size(): number;
  close(): void;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function keyOf({ raw_hex, purpose }: SealParts): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(raw_hex, 'hex'), '', purpose, 32));
}

function seal(line: unknown, key: Buffer, randomBytes: SealParts['randomBytes']): string {
  const nonce = Buffer.from(randomBytes(NONCE_BYTES));
  const cipher = createCipheriv(CIPHER, key, nonce);
  const sealed = Buffer.concat([nonce, cipher.update(JSON.stringify(line), 'utf8'), cipher.final()]);
  return `${Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64')}\n`;
}

/** null when it is not as it was written, or of another key. */
function open<L>(text: string, key: Buffer, parse: (value: unknown) => L): L | null {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length <= NONCE_BYTES + TAG_BYTES) return null;
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return parse(JSON.parse(plain.toString('utf8')));
  } catch {
    return null;
  }
}

/** In the order they were written; null for one that cannot be read. Undefined when there is no file. */
export function readSealed<L>(parts: SealParts, parse: (value: unknown) => L): (L | null)[] | undefined {
  if (!existsSync(parts.file)) return undefined;
  const key = keyOf(parts);
  return readFileSync(parts.file, 'utf8')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => open(text, key, parse));
}

export function openSealed(parts: SealParts): SealedFile {
  const { file, randomBytes } = parts;
  const key = keyOf(parts);
  let out = openSync(file, 'a', 0o600);
  return {
    append: (line, synced) => {
      const before = statSync(file).size;
      try {
        // a line that a crash cut off must not take this one along
        writeFileSync(out, `\n${seal(line, key, randomBytes)}`);
        if (synced) fsyncSync(out);
      } catch (error) {
        ftruncateSync(out, before);
        throw error;
      }
    },
    writeAnew: (lines) => {
      withoutRoom(() => {
        writeBeside(file, lines.map((line) => seal(line, key, randomBytes)).join(''));
        closeSync(out);
        out = openSync(file, 'a', 0o600);
      });
    },
    size: () => statSync(file).size,
    close: () => closeSync(out),
  };
}

function writeBeside(file: string, text: string): void {
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
export function withoutRoom(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
}
