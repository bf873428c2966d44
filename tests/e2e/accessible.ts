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
    const { violations } = await new AxeBuilder({ page })
      .include(within)
      // Base UI hides its focus guards from readers and moves the focus on at once; axe takes them for places to stay.
      .exclude('[data-base-ui-focus-guard]')
      // nothing is told of what passed, and it is put together here: in a page of its own, for frames of other origins,
      // both take four times as long
      .options({ resultTypes: ['violations'], ...(colorScheme === 'light' ? {} : { runOnly: ['color-contrast'] }) })
      .setLegacyMode(true)
      .analyze();
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const words = grave.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
    );
    expect.soft(words, `${name}, ${colorScheme}`).toEqual([]);
    await look(colorScheme);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}
