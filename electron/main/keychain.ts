/** The operating system's keychain (Electron's safeStorage) as the replica's process may use it: wrap and unwrap. */
import type { SafeStorage } from 'electron';

export type KeychainStorage = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

export interface OsKeychain {
  /** False also where Chromium would write with a key that everybody knows (`basic_text`). */
  available(): Promise<boolean>;
  /** null = refused; never throws, for the reason may hold what was asked. */
  answer(question: KeychainQuestion): Promise<Uint8Array<ArrayBuffer> | null>;
}

export interface KeychainQuestion {
  readonly kind: 'wrap' | 'unwrap';
  readonly value: Uint8Array;
}

/** Two raw keys as JSON are below 200 bytes, wrapped below 1 KiB. */
const MAX_BYTES = 4096;
/** A keychain that does not answer must not keep the data service from starting. */
const ANSWER_WITHIN_MS = 20_000;

export function createKeychain(
  storage: KeychainStorage,
  platform: NodeJS.Platform,
  after: (delay_ms: number, run: () => void) => () => void,
): OsKeychain {
  return {
    available: async () => {
      const answered = new Promise<boolean>((resolve) => {
        const cancel = after(ANSWER_WITHIN_MS, () => resolve(false));
        storage.isAsyncEncryptionAvailable().then(
          (available) => {
            cancel();
            resolve(available);
          },
          () => {
            cancel();
            resolve(false);
          },
        );
      });
      if (!(await answered)) return false;
      if (platform !== 'linux') return true;
      const backend = storage.getSelectedStorageBackend();
      return backend !== 'basic_text' && backend !== 'unknown';
    },
    answer: async ({ kind, value }) => {
      if (value.byteLength === 0 || value.byteLength > MAX_BYTES) return null;
      try {
        // the keychain takes text: the bytes travel as base64 inside it
        if (kind === 'wrap')
          return new Uint8Array(await storage.encryptStringAsync(Buffer.from(value).toString('base64')));
        const { result } = await storage.decryptStringAsync(Buffer.from(value));
        return new Uint8Array(Buffer.from(result, 'base64'));
      } catch {
        return null;
      }
    },
  };
}
