/** Denies every permission a page can ask for, and every download that is not the app's own export. */
import type { Session } from 'electron';
import { APP_ORIGIN } from './origin.ts';

/** Copying cells to the clipboard is the one thing the screens need. */
const ALLOWED = 'clipboard-sanitized-write';

type PermissionSession = Pick<
  Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'on'
>;

export function denyPermissions(session: PermissionSession, isOwnPage: (url: string) => boolean): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    callback(permission === ALLOWED && isOwnPage(details.requestingUrl));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, requestingOrigin) => permission === ALLOWED && isOwnPage(requestingOrigin),
  );
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${APP_ORIGIN}/`)) event.preventDefault();
  });
}
