/**
 * The operating system's keychain as the utility process has it: it asks its parent, which has Electron's safeStorage.
 * One question is one message with a number; nothing but wrapping and unwrapping goes over the channel.
 */
import type { Keychain } from '#db/keys/keyFile.ts';

export interface KeychainQuestion {
  readonly kind: 'wrap' | 'unwrap';
  readonly id: number;
  readonly value: Uint8Array;
}

export interface ParentKeychain extends Keychain {
  /** The parent's answer; null = the keychain refused. An unknown number is ignored. */
  answer(id: number, value: Uint8Array | null): void;
}

export function parentKeychain(post: (question: KeychainQuestion) => void): ParentKeychain {
  const waiting = new Map<number, { resolve: (value: Buffer) => void; reject: (error: Error) => void }>();
  let next = 1;
  const ask = async (kind: KeychainQuestion['kind'], value: Buffer): Promise<Buffer> =>
    await new Promise<Buffer>((resolve, reject) => {
      const id = next++;
      waiting.set(id, { resolve, reject });
      // a copy of its own: a Buffer may be a view of a larger piece of memory, which would travel too
      post({ kind, id, value: new Uint8Array(value) });
    });
  return {
    wrap: (secret) => ask('wrap', secret),
    unwrap: (wrapped) => ask('unwrap', wrapped),
    answer: (id, value) => {
      const question = waiting.get(id);
      if (!question) return;
      waiting.delete(id);
      if (value === null) question.reject(new Error('the keychain refused'));
      else question.resolve(Buffer.from(value));
    },
  };
}
