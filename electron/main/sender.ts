/** Whether a message to the main process comes from the app's own page, not from a frame in it or another address. */
import type { WebFrameMain } from 'electron';
import { isAppUrl } from './origin.ts';

export interface MessageSender {
  readonly senderFrame: Pick<WebFrameMain, 'url' | 'parent'> | null;
}

export function isTrustedSender(event: MessageSender): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isAppUrl(frame.url);
}
