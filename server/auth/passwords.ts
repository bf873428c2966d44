/** Password hashes: argon2id in PHC text, its parameters inside, so that they can be raised later. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);

export interface PasswordCost {
  readonly memory_kib: number;
  readonly passes: number;
  readonly lanes: number;
}
/** OWASP's second recommended setting; about 45 ms on a small machine. */
export const PASSWORD_COST: PasswordCost = { memory_kib: 19_456, passes: 2, lanes: 1 };

const SALT_BYTES = 16;
const TAG_BYTES = 32;
const PATTERN = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

async function tag(password: string, salt: Buffer, cost: PasswordCost, length: number): Promise<Buffer> {
  return Buffer.from(
    await derive('argon2id', {
      // One text, one hash: composed and decomposed accents are the same password.
      message: Buffer.from(password.normalize('NFC')),
      nonce: salt,
      memory: cost.memory_kib,
      passes: cost.passes,
      parallelism: cost.lanes,
      tagLength: length,
    }),
  );
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

export async function hashPassword(password: string, cost: PasswordCost = PASSWORD_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const digest = await tag(password, salt, cost, TAG_BYTES);
  return `$argon2id$v=19$m=${cost.memory_kib},t=${cost.passes},p=${cost.lanes}$${unpadded(salt)}$${unpadded(digest)}`;
}

/** Throws on a hash that is not one of ours: a broken row must not look like a wrong password. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const match = PATTERN.exec(hash);
  if (!match) throw new Error('the stored password hash is not argon2id in PHC form');
  const [, memory, passes, lanes, salt, digest] = match;
  const expected = Buffer.from(digest ?? '', 'base64');
  const cost = { memory_kib: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  const actual = await tag(password, Buffer.from(salt ?? '', 'base64'), cost, expected.length);
  return timingSafeEqual(actual, expected);
}
