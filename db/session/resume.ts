/**
 * What lets a service that was started anew go on for the person who was signed in when the last one died, without
 * asking for the password again. It rests in the memory of the process that starts services, and nowhere else.
 */
import { z } from 'zod';
import { replicaPlace } from '#db/keys/place.ts';
import type { Unlocked } from './signIn.ts';

const Key = z.string().regex(/^[0-9a-f]{64}$/);

export const ResumeTicket = z.strictObject({
  server_id: z.string().min(1).max(64),
  user_name: z.string().min(1).max(40),
  keys: z.strictObject({ replica: Key, work: Key }),
});
export type ResumeTicket = z.infer<typeof ResumeTicket>;

export function ticketOf(unlocked: Unlocked): ResumeTicket {
  const { server_id, user_name } = unlocked.place;
  return { server_id, user_name, keys: unlocked.keys };
}

/** The session with the server goes on by the token in work.db. */
export function unlockedBy(dataDir: string, ticket: ResumeTicket): Unlocked {
  return { place: replicaPlace(dataDir, ticket.server_id, ticket.user_name), keys: ticket.keys, login: null };
}
