import { describe, expect, test } from 'vitest';
import { FakeKeychain } from '../testing/fakeElectron.ts';
import { createKeychain, type KeychainStorage } from './keychain.ts';

const never = () => () => undefined;
function on(platform: NodeJS.Platform, set: Partial<FakeKeychain> = {}) {
  const storage: unknown = Object.assign(new FakeKeychain(), set);
  return createKeychain(storage as KeychainStorage, platform, never);
}
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

describe('the keychain', () => {
  test('gives back what it took, and only what it took', async () => {
    const keychain = on('linux');
    const wrapped = await keychain.answer({ kind: 'wrap', value: bytes('sécret') });
    if (!wrapped) throw new Error('it was refused');
    expect(Buffer.from(wrapped).includes('sécret')).toBe(false);
    expect(await keychain.answer({ kind: 'unwrap', value: wrapped })).toEqual(bytes('sécret'));
  });

  test.each([
    ['linux', 'gnome_libsecret', true, true],
    ['linux', 'kwallet6', true, true],
    ['linux', 'basic_text', true, false],
    ['linux', 'unknown', true, false],
    ['linux', 'gnome_libsecret', false, false],
    ['darwin', 'basic_text', true, true],
    ['win32', 'basic_text', true, true],
    ['win32', 'basic_text', false, false],
  ] as const)('on %s with %s, available %s: used %s', async (platform, backend, available, used) => {
    expect(await on(platform, { backend, available }).available()).toBe(used);
  });

  test('one that never answers is not waited for', async () => {
    const storage: unknown = Object.assign(new FakeKeychain(), {
      isAsyncEncryptionAvailable: () => new Promise(never),
    });
    let give_up: () => void = never;
    const keychain = createKeychain(storage as KeychainStorage, 'darwin', (_delay_ms, run) => {
      give_up = run;
      return never;
    });
    const available = keychain.available();
    give_up();
    expect(await available).toBe(false);
  });

  test('a refusal says nothing of what was asked, and neither does size', async () => {
    expect(await on('linux', { broken: true }).answer({ kind: 'wrap', value: bytes('secret') })).toBeNull();
    expect(await on('linux', { broken: true }).answer({ kind: 'unwrap', value: bytes('x') })).toBeNull();
    expect(await on('linux').answer({ kind: 'wrap', value: new Uint8Array(0) })).toBeNull();
    expect(await on('linux').answer({ kind: 'wrap', value: new Uint8Array(5000) })).toBeNull();
  });
});
