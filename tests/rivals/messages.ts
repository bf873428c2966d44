/** What the clients of both sides tell the runner, and how it is waited for. */
import type { ChildProcess } from 'node:child_process';

/** A client, when everything is there. */
export interface Loaded {
  readonly rows: number;
  readonly loaded_ms: number;
  readonly peak_mb: number;
}
/** So many stock balances are about to get this quantity on hand. */
export interface Awaited {
  readonly count: number;
  readonly value: number;
}
export interface Seen {
  /** Epoch milliseconds. */
  readonly seen_at_ms: number;
}

/** The child's next message. Throws when it ends or stays silent for too long. */
export async function nextOf<Message>(child: ChildProcess, limit_ms = 600_000): Promise<Message> {
  return await new Promise((resolve, reject) => {
    const done = (finish: () => void): void => {
      clearTimeout(limit);
      child.off('exit', onExit);
      child.off('message', onMessage);
      finish();
    };
    const onExit = (code: number | null): void => done(() => reject(new Error(`a client ended with ${code}`)));
    const onMessage = (message: unknown): void => done(() => resolve(message as Message));
    const limit = setTimeout(() => done(() => reject(new Error(`no word within ${limit_ms / 1000} s`))), limit_ms);
    child.once('exit', onExit);
    child.once('message', onMessage);
  });
}
