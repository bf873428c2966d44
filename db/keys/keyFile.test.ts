import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { BinnacleError } from '#contract/errors.ts';
import { testKeychain } from '#db/testing/testKeychain.ts';
import { CHEAP_KEYS, freshFolder } from '#db/testing/testService.ts';
import { freshKeys, type Keychain, keyOwner, lockedByKeychain, openKeys, sealKeys } from './keyFile.ts';
import { PASSWORD_KEY, passwordKey } from './passwordKey.ts';

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

describe('where there is a keychain', () => {
  const keychain = testKeychain();
  const keys = freshKeys(bytes);
  const sealed = async () => {
    const at = file();
    await sealKeys(at, keys, owner, 'pw', { ...options, keychain });
    return at;
  };
  const refusal = async (opened: Promise<unknown>) =>
    await opened.then(
      () => 'opened',
      (error: unknown) => (error instanceof BinnacleError ? error.code : String(error)),
    );
  const change = (at: string, with_: Record<string, unknown>) => {
    const before = JSON.parse(readFileSync(at, 'utf8')) as Record<string, unknown>;
    writeFileSync(at, JSON.stringify({ ...before, ...with_ }));
  };

  test('both it and the password open the file, and neither alone', async () => {
    const at = await sealed();
    expect(lockedByKeychain(at)).toBe(true);
    expect(await openKeys(at, owner, 'pw', keychain)).toEqual(keys);
    expect(await refusal(openKeys(at, owner, 'no', keychain))).toBe('wrong_password');
    expect(await refusal(openKeys(at, owner, 'pw'))).toBe('not_permitted');
    expect(await refusal(openKeys(at, owner, 'pw', 'unavailable'))).toBe('not_permitted');
    expect(await refusal(openKeys(at, owner, 'pw', testKeychain()))).toBe('not_permitted');
  });

  test('the command line and the window each say what to do', async () => {
    const at = await sealed();
    await expect(openKeys(at, owner, 'pw')).rejects.toThrow('only the Binnacle window can open');
    await expect(openKeys(at, owner, 'pw', 'unavailable')).rejects.toThrow('cannot be reached in this session');
    await expect(openKeys(at, owner, 'pw', testKeychain())).rejects.toThrow('does not open this data');
  });

  test('a thief of the keychain’s blob still needs the password: it lies inside the password’s seal', async () => {
    const at = await sealed();
    const seen: Buffer[] = [];
    const spy: Keychain = {
      wrap: async (plain) => {
        const wrapped = await keychain.wrap(plain);
        seen.push(wrapped);
        return wrapped;
      },
      unwrap: keychain.unwrap,
    };
    await sealKeys(at, keys, owner, 'pw', { ...options, keychain: spy });
    const text = readFileSync(at, 'utf8');
    expect(seen).toHaveLength(1);
    expect(text).not.toContain(seen[0]?.toString('base64'));
    expect(text).not.toContain(keys.replica);
    // the keychain alone, given what rests on the disk, gives nothing back
    const onDisk = Buffer.from((JSON.parse(text) as { sealed: string }).sealed, 'base64');
    await expect(keychain.unwrap(onDisk)).rejects.toThrow();
  });

  test('claiming that no keychain is needed does not open it', async () => {
    const at = await sealed();
    change(at, { keychain: false });
    expect(await refusal(openKeys(at, owner, 'pw'))).toBe('wrong_password');
    expect(await refusal(openKeys(at, owner, 'pw', keychain))).toBe('wrong_password');
  });

  test('the seal of another file in its place does not open it', async () => {
    const at = await sealed();
    const other = file();
    await sealKeys(other, freshKeys(bytes), { ...owner, user_name: 'finance' }, 'pw', { ...options, keychain });
    const { kdf, nonce, sealed: blob, tag } = JSON.parse(readFileSync(other, 'utf8')) as Record<string, unknown>;
    change(at, { sealed: blob, tag, nonce });
    expect(await refusal(openKeys(at, owner, 'pw', keychain))).toBe('wrong_password');
    change(at, { sealed: blob, tag, nonce, kdf });
    expect(await refusal(openKeys(at, owner, 'pw', keychain))).toBe('wrong_password');
  });

  test('a file cut off anywhere does not open, and says so', async () => {
    const at = await sealed();
    const text = readFileSync(at, 'utf8');
    for (const length of [0, 1, 40, text.length >> 1, text.length - 3]) {
      writeFileSync(at, text.slice(0, length));
      expect(await refusal(openKeys(at, owner, 'pw', keychain)), `${length} bytes`).toBe('internal');
    }
    writeFileSync(at, text);
    const whole = (JSON.parse(text) as { sealed: string }).sealed;
    change(at, { sealed: whole.slice(0, whole.length - 8) });
    expect(await refusal(openKeys(at, owner, 'pw', keychain))).toBe('wrong_password');
  });

  test('a keychain that does not give back what it took is not relied on', async () => {
    const at = file();
    const forgetful: Keychain = { wrap: keychain.wrap, unwrap: async () => await Promise.resolve(Buffer.from('{}')) };
    await expect(sealKeys(at, keys, owner, 'pw', { ...options, keychain: forgetful })).rejects.toThrow();
    const transparent: Keychain = {
      wrap: async (plain) => await Promise.resolve(plain),
      unwrap: async (wrapped) => await Promise.resolve(wrapped),
    };
    await expect(sealKeys(at, keys, owner, 'pw', { ...options, keychain: transparent })).rejects.toThrow();
    expect(existsSync(at)).toBe(false);
  });
});

test.each([
  { name: 'argon2id', memory_kib: 1024, passes: 2, parallelism: 2 } as const,
  // the parameters that key files are written with
  PASSWORD_KEY,
])('Node and the package for Electron make the same key with $memory_kib KiB, $passes passes', async (parameters) => {
  const salt = randomBytes(16);
  const ofNode = await passwordKey('pässword', salt, parameters, 'node');
  expect(ofNode).toHaveLength(32);
  expect((await passwordKey('pa\u0308ssword', salt, parameters, 'package')).equals(ofNode)).toBe(true);
});
