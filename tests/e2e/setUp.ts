/** Before the first test: the renderer that the browser host serves, built when its sources changed, and the demo all begin with. */
import { ensureScreens } from '../../build/ensureRenderer.ts';
import { filledDemo } from '../process/world.ts';

export default async function setUp(): Promise<void> {
  await ensureScreens({ say: (message) => console.log(message) });
  // else the first tests wait for it, and it counts against their limits
  await filledDemo();
}
