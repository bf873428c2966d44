/** The page reaches nothing but the app's own files: a second lock behind the content security policy. */
import type { Session } from 'electron';
import { APP_ORIGIN, isAppUrl } from './origin.ts';

export type LockedSession = Pick<Session, 'webRequest'>;

export function lockNetwork(session: LockedSession, packaged: boolean): void {
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !mayLoad(details.url, packaged) });
  });
}

function mayLoad(url: string, packaged: boolean): boolean {
  if (isAppUrl(url) || url.startsWith(`blob:${APP_ORIGIN}/`) || url.startsWith('data:image/')) return true;
  // the developer tools are pages too; what people install has none
  return !packaged && url.startsWith('devtools:');
}
