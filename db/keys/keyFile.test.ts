import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hashRawSync } from '@node-rs/argon2';
import { expect, test } from 'vitest';
import { CHEAP_KEYS, freshFolder } from '#db/testing/testService.ts';
import { freshKeys, type Keychain, keyOwner, openKeys, sealKeys } from './keyFile.ts';
import { passwordKey } from './passwordKey.ts';

const owner = { server_id: 'central', user_name: 'planner' };
const bytes = (count: number) => randomBytes(count);
const file = () => path.join(freshFolder(), 'keys.json');
const options = { randomBytes: bytes, parameters: CHEAP_KEYS };

test('the password opens what it sealed, and nothing else does', async () => {
  const at = file();
  const keys = freshKeys(bytes);
  await sealKeys(at, keys, owner, 'pässword', options);
  expect(await openKeys(at, owner, 'pässword')).toEqual(keys);
  expect(await openKeys(at, owner, 'pa\u0308ssword')).toEqual(keys);
  expect(keyOwner(at)).toEqual(owner);
  await expect(openKeys(at, owner, 'password')).rejects.toMatchObject({ code: 'wrong_password' });
  await expect(openKeys(at, { ...owner, user_name: 'finance' }, 'pässword')).rejects.toMatchObject({
    code: 'wrong_password',
  });
  await expect(openKeys(at, { ...owner, server_id: 'another' }, 'pässword')).rejects.toMatchObject({
    code: 'wrong_password',
  });
  const text = readFileSync(at, 'utf8');
  expect(text).not.toContain(keys.replica);
  expect(text).not.toContain(keys.work);
  if (process.platform !== 'win32') expect(statSync(at).mode & 0o777).toBe(0o600);
});

test('a tampered or damaged file does not open', async () => {
  const at = file();
  await sealKeys(at, freshKeys(bytes), owner, 'pw', options);
  const text = readFileSync(at, 'utf8');
  writeFileSync(at, text.replace('"passes":1', '"passes":2'));
  await expect(openKeys(at, owner, 'pw')).rejects.toMatchObject({ code: 'wrong_password' });
  writeFileSync(at, text.replace('"memory_kib":64', '"memory_kib":9999999'));
  await expect(openKeys(at, owner, 'pw')).rejects.toThrow('out of range');
  writeFileSync(at, text.slice(0, 40));
  await expect(openKeys(at, owner, 'pw')).rejects.toMatchObject({ code: 'internal' });
});

test('where there is a keychain, both it and the password are needed', async () => {
  const at = file();
  const keys = freshKeys(bytes);
  const secret = randomBytes(32);
  const nonce = randomBytes(12);
  const keychain: Keychain = {
    wrap: async (plain) => {
      const cipher = createCipheriv('aes-256-gcm', secret, nonce);
      return await Promise.resolve(Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
    },
    unwrap: async (wrapped) => {
      const decipher = createDecipheriv('aes-256-gcm', secret, nonce, { authTagLength: 16 });
      decipher.setAuthTag(wrapped.subarray(-16));
      return await Promise.resolve(Buffer.concat([decipher.update(wrapped.subarray(0, -16)), decipher.final()]));
    },
  };
  await sealKeys(at, keys, owner, 'pw', { ...options, keychain });
  expect(await openKeys(at, owner, 'pw', keychain)).toEqual(keys);
  await expect(openKeys(at, owner, 'pw')).rejects.toMatchObject({ code: 'not_permitted' });
  await expect(openKeys(at, owner, 'no', keychain)).rejects.toMatchObject({ code: 'wrong_password' });
});

test('the fallback for runtimes without argon2 gives the same key', async () => {
  const salt = randomBytes(16);
  const parameters = { name: 'argon2id', memory_kib: 1024, passes: 2, parallelism: 2 } as const;
  const theirs = hashRawSync(Buffer.from('password'), {
    salt,
    algorithm: 2,
    version: 1,
    memoryCost: 1024,
    timeCost: 2,
    parallelism: 2,
    outputLen: 32,
  });
  expect((await passwordKey('password', salt, parameters)).equals(theirs)).toBe(true);
});
