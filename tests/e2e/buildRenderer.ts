/** The renderer that the browser host serves, built once before the tests when its sources changed. */
import { ensureRenderer } from '../../build/ensureRenderer.ts';

export default async function buildRenderer(): Promise<void> {
  await ensureRenderer({ say: (message) => console.log(message) });
}
