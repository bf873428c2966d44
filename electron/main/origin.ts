/** The one origin the shell serves and trusts. */
export const APP_SCHEME = 'app';
export const APP_HOST = 'binnacle';
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;
export const START_URL = `${APP_ORIGIN}/index.html`;
export const HELP_URL = `${START_URL}#/help`;

/** Whether an address lies in the app. `URL.origin` is 'null' for app:, so scheme and host are compared. */
export function isAppUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === `${APP_SCHEME}:` && url.host === APP_HOST && url.username === '' && url.password === '';
}
