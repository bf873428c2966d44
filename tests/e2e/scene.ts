/** Pictures of a screenplay: each scene leaves one in test-results; `BINNACLE_PICTURES=docs` renews those of docs/SCREENPLAY.md. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect } from './stage.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER =
  process.env['BINNACLE_PICTURES'] === 'docs'
    ? join(ROOT, 'docs', 'pictures', 'screenplay')
    : join(ROOT, 'test-results', 'screenplay');

/** Waits until nothing is being read, then takes the picture. */
export async function scene(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('status', { name: 'Reading' })).toHaveCount(0);
  mkdirSync(FOLDER, { recursive: true });
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' });
}

export async function inTheDark(page: Page, look: () => Promise<void>): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark' });
  await look();
  await page.emulateMedia({ colorScheme: 'light' });
}
