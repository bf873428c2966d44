/** Turns a password into a 256-bit key with argon2id. The parameters lie beside the wrapped key, so they can grow later. */
import * as crypto from 'node:crypto';

export interface PasswordKeyParameters {
  readonly name: 'argon2id';
  readonly memory_kib: number;
  readonly passes: number;
  readonly parallelism: number;
}

export const PASSWORD_KEY: PasswordKeyParameters = { name: 'argon2id', memory_kib: 65_536, passes: 3, parallelism: 1 };

const KEY_BYTES = 32;

/** Who computes: Node's OpenSSL or, where that lacks argon2 (Electron's BoringSSL), the package @node-rs/argon2. */
export type Argon2Maker = 'node' | 'package';

function makerHere(): Argon2Maker {
  return typeof crypto.argon2 === 'function' && !('electron' in process.versions) ? 'node' : 'package';
}

/** 32 bytes; both makers give the same. */
export async function passwordKey(
  password: string,
  salt: Uint8Array,
  parameters: PasswordKeyParameters,
  maker: Argon2Maker = makerHere(),
): Promise<Buffer> {
  const { memory_kib, passes, parallelism } = parameters;
  // a tampered key file must not make this machine allocate everything
  if (memory_kib < 8 || memory_kib > 1_048_576 || passes < 1 || passes > 50 || parallelism < 1 || parallelism > 16) {
    throw new RangeError('argon2id parameters out of range');
  }
  if (salt.length < 16) throw new RangeError('a salt has at least 16 bytes');
  const message = Buffer.from(password.normalize('NFC'), 'utf8');
  if (maker === 'node') {
    return await new Promise<Buffer>((resolve, reject) => {
      crypto.argon2(
        'argon2id',
        { message, nonce: salt, parallelism, tagLength: KEY_BYTES, memory: memory_kib, passes },
        (error, key) => (error ? reject(error) : resolve(key)),
      );
    });
  }
  const argon2 = await import('@node-rs/argon2');
  // 2 = argon2id, 1 = version 0x13: the numbers of the package's const enums, which isolated modules cannot name
  return await argon2.hashRaw(message, {
    salt,
    algorithm: 2,
    version: 1,
    memoryCost: memory_kib,
    timeCost: passes,
    parallelism,
    outputLen: KEY_BYTES,
  });
}
