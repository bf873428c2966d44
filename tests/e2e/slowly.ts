/** `BINNACLE_SLOW=6` makes every page of a run six times slower, and limits six times longer: what fails then is a race. */
import type { Browser, Page } from '@playwright/test';

export const SLOW = Math.max(1, Number(process.env['BINNACLE_SLOW'] ?? 1) || 1);

/** Every page this browser opens from now on. */
export function slowDown(browser: Browser): void {
  if (SLOW === 1) return;
  const slow = (page: Page): void => {
    const told = page.context().newCDPSession(page);
    // a page that is closed at once is slow enough
    told.then(async (cdp) => await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOW })).catch(() => undefined);
  };
  for (const context of browser.contexts()) {
    context.pages().forEach(slow);
    context.on('page', slow);
  }
  browser.on('context', (context) => context.on('page', slow));
}
