/**
 * keys.json: the random raw keys of a replica's two files, sealed with AES-256-GCM under a key made from the user's
 * password. Where the operating system has a keychain, its wrap lies inside the password's: both are needed then.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { BinnacleError } from '#contract/errors.ts';
import { PASSWORD_KEY, type PasswordKeyParameters, passwordKey } from './passwordKey.ts';

/** The operating system's key store (safeStorage under Electron). */
export interface Keychain {
  wrap(secret: Buffer): Promise<Buffer>;
  unwrap(wrapped: Buffer): Promise<Buffer>;
}

/**
 * What the host has: a keychain; `unavailable` in the desktop application on a computer without one it can use; nothing
 * in hosts that never have one (the command line, the browser host).
 */
export type HostKeychain = Keychain | 'unavailable' | undefined;

export function usableKeychain(keychain: HostKeychain): Keychain | undefined {
  return keychain === 'unavailable' ? undefined : keychain;
}

/** 64 hex digits each. */
export interface RawKeys {
  readonly replica: string;
  readonly work: string;
}

export interface KeyOwner {
  readonly server_id: string;
  readonly user_name: string;
}

const Hex = z.string().regex(/^[0-9a-f]{64}$/);
const RawKeysShape = z.object({ replica: Hex, work: Hex });
const KeyFile = z.object({
  format: z.literal(1),
  owner: z.object({ server_id: z.string(), user_name: z.string() }),
  kdf: z.object({
    name: z.literal('argon2id'),
    memory_kib: z.int(),
    passes: z.int(),
    parallelism: z.int(),
    salt: z.string(),
  }),
  keychain: z.boolean(),
  nonce: z.string(),
  sealed: z.string(),
  tag: z.string(),
});

export function freshKeys(randomBytes: (count: number) => Uint8Array): RawKeys {
  const hex = () => Buffer.from(randomBytes(32)).toString('hex');
  return { replica: hex(), work: hex() };
}

export function keyFileExists(file: string): boolean {
  return existsSync(file);
}

/** Writes the file whole or not at all, readable by its owner only. */
export async function sealKeys(
  file: string,
  keys: RawKeys,
  owner: KeyOwner,
  password: string,
  options: {
    readonly randomBytes: (count: number) => Uint8Array;
    readonly keychain?: HostKeychain;
    readonly parameters?: PasswordKeyParameters | undefined;
  },
): Promise<void> {
  const parameters = options.parameters ?? PASSWORD_KEY;
  const salt = options.randomBytes(16);
  const nonce = options.randomBytes(12);
  const plain = Buffer.from(JSON.stringify(RawKeysShape.parse(keys)));
  const keychain = usableKeychain(options.keychain);
  const secret = keychain ? await wrapProven(keychain, plain) : plain;
  const cipher = createCipheriv('aes-256-gcm', await passwordKey(password, salt, parameters), nonce);
  cipher.setAAD(associatedData(owner, keychain !== undefined));
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
  const text = JSON.stringify({
    format: 1,
    owner: { server_id: owner.server_id, user_name: owner.user_name },
    kdf: { ...parameters, salt: Buffer.from(salt).toString('base64') },
    keychain: keychain !== undefined,
    nonce: Buffer.from(nonce).toString('base64'),
    sealed: sealed.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  });
  writeFileSync(`${file}.new`, `${text}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}

const NEEDS_THE_APP =
  'The data of this user is also locked by the keychain of this computer, which only the Binnacle window can open. Sign in there and leave it running: queries and commands then go through it.';
const NEEDS_THE_KEYCHAIN =
  'The keychain that also locks this data cannot be reached in this session. Unlock it, or start Binnacle where you normally do, and sign in again.';
const ANOTHER_KEYCHAIN =
  'The keychain of this computer account does not open this data: it was locked by another account, another computer, or a keychain that was reset.';

/** A keychain that cannot give back what it took would lock the person out of their own data for good. */
async function wrapProven(keychain: Keychain, plain: Buffer): Promise<Buffer> {
  const wrapped = await keychain.wrap(plain);
  if (wrapped.includes(plain)) throw new Error('the keychain gave the secret back as it was');
  if (!(await keychain.unwrap(wrapped)).equals(plain)) throw new Error('the keychain gives back something else');
  return wrapped;
}

/**
 * Throws `wrong_password` when the password does not open the file, `internal` when the file is damaged, and
 * `not_permitted` when it also needs a keychain that is not here or is another one.
 */
export async function openKeys(file: string, owner: KeyOwner, password: string, host?: HostKeychain): Promise<RawKeys> {
  const keychain = usableKeychain(host);
  const parsed = KeyFile.safeParse(readJson(file));
  if (!parsed.success) {
    throw new BinnacleError('internal', `The key file ${file} is damaged. The replica beside it cannot be opened.`);
  }
  const { kdf, nonce, sealed, tag } = parsed.data;
  if (parsed.data.keychain && !keychain) {
    throw new BinnacleError('not_permitted', host === 'unavailable' ? NEEDS_THE_KEYCHAIN : NEEDS_THE_APP);
  }
  const key = await passwordKey(password, Buffer.from(kdf.salt, 'base64'), kdf);
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64'), { authTagLength: 16 });
  decipher.setAAD(associatedData(owner, parsed.data.keychain));
  decipher.setAuthTag(Buffer.from(tag, 'base64'));
  let secret: Buffer;
  try {
    secret = Buffer.concat([decipher.update(Buffer.from(sealed, 'base64')), decipher.final()]);
  } catch {
    throw new BinnacleError('wrong_password', 'That password does not open the data on this machine.');
  }
  if (!parsed.data.keychain || !keychain) return rawKeys(secret);
  try {
    return rawKeys(await keychain.unwrap(secret));
  } catch {
    // its own words may say what lies in it
    throw new BinnacleError('not_permitted', ANOTHER_KEYCHAIN);
  }
}

function rawKeys(plain: Buffer): RawKeys {
  return RawKeysShape.parse(JSON.parse(plain.toString('utf8')));
}

/** Whether the file as it says itself is locked by a keychain too; false when it is damaged or absent. */
export function lockedByKeychain(file: string): boolean {
  const parsed = KeyFile.safeParse(readJson(file));
  return parsed.success && parsed.data.keychain;
}

/** Whose keys these are, as the file says; opening them proves it. undefined when the file is damaged or absent. */
export function keyOwner(file: string): KeyOwner | undefined {
  const parsed = KeyFile.safeParse(readJson(file));
  return parsed.success ? parsed.data.owner : undefined;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A key file copied to another person's folder, or to another server's, does not open. */
function associatedData(owner: KeyOwner, keychain: boolean): Buffer {
  return Buffer.from(JSON.stringify(['binnacle-keys', 1, owner.server_id, owner.user_name, keychain]));
}
