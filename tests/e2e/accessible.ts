/** What a page, or a part of it, is to whoever does not see it as drawn, or sees no colours. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

export type ColorScheme = 'light' | 'dark';

/**
 * Nothing that axe calls serious or critical: everything in light, and in dark the colours, all else being the same. `look`
 * is called in each.
 */
export async function expectAccessible(
  page: Page,
  name: string,
  within = 'body',
  look: (colorScheme: ColorScheme) => Promise<unknown> = async () => {},
): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // Base UI hides its focus guards from readers and moves the focus on at once; axe takes them for places to stay.
    const axe = new AxeBuilder({ page }).include(within).exclude('[data-base-ui-focus-guard]');
    const { violations } = await (colorScheme === 'light' ? axe : axe.withRules(['color-contrast'])).analyze();
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const words = grave.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
    );
    expect.soft(words, `${name}, ${colorScheme}`).toEqual([]);
    await look(colorScheme);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}
