/** What the embedded server's process is told when it starts, and what it says to the one that started it. */
import { z } from 'zod';
import { DEMO_SIZES, type DemoSizeName, isDemoSizeName } from '#server/demo/size.ts';

export const EmbeddedServerOptions = z.object({
  /** Folder of the embedded database. */
  dataDir: z.string(),
  /** 0 = any free port. */
  port: z.int(),
  size: z.custom<DemoSizeName>((value) => typeof value === 'string' && isDemoSizeName(value), {
    message: `one of ${Object.keys(DEMO_SIZES).join(', ')}`,
  }),
  seed: z.int(),
});
export type EmbeddedServerOptions = z.infer<typeof EmbeddedServerOptions>;

export const ServerMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('say'), sentence: z.string() }),
  z.object({ kind: z.literal('progress'), sentence: z.string() }),
  /** It listens; `seeded` when the demo was filled in just now. */
  z.object({ kind: z.literal('listening'), url: z.url(), port: z.int(), seeded: z.boolean() }),
  /** It could not start; the sentence is for a person. */
  z.object({ kind: z.literal('failed'), sentence: z.string() }),
]);
export type ServerMessage = z.infer<typeof ServerMessage>;
