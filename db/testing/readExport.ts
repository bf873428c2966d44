/** Takes an export away part by part, as a screen does. */
import type { ActionResults } from '#contract/actions.ts';

export async function readExport(
  id: string,
  part: (args: { readonly id: string; readonly offset: number }) => Promise<ActionResults['exportPart']>,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const read: ActionResults['exportPart'] = await part({ id, offset });
    parts.push(Buffer.from(read.base64, 'base64'));
    offset = read.next_offset;
  }
  return Buffer.concat(parts);
}
