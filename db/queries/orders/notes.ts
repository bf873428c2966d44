/** Notes on an item or an order, newest first: accepted ones and this user's own on their way. */
import type { NoteView } from '#contract/queries.ts';
import type { MutationState } from '#contract/events.ts';
import type { QueryContext } from '../context.ts';

const NOTE_LIMIT = 200;

interface NoteRow {
  readonly id: string;
  readonly body: string;
  readonly author: string;
  readonly written_at: number;
  readonly mutation_state: string;
}

export async function notesOnItem(context: QueryContext, item_id: number): Promise<NoteView[]> {
  const rows = await context.db
    .selectFrom('v_item_note')
    .select(['id', 'body', 'author', 'written_at', 'mutation_state'])
    .where('item_id', '=', item_id)
    .orderBy('written_at', 'desc')
    .orderBy('id')
    .limit(NOTE_LIMIT)
    .execute();
  return rows.map(noteView);
}

export async function notesOnOrder(context: QueryContext, order_id: number): Promise<NoteView[]> {
  const rows = await context.db
    .selectFrom('v_order_note')
    .select(['id', 'body', 'author', 'written_at', 'mutation_state'])
    .where('order_id', '=', order_id)
    .orderBy('written_at', 'desc')
    .orderBy('id')
    .limit(NOTE_LIMIT)
    .execute();
  return rows.map(noteView);
}

function noteView(row: NoteRow): NoteView {
  return {
    id: row.id,
    body: row.body,
    author: row.author,
    written_at_ms: row.written_at,
    state: mutationState(row.mutation_state),
  };
}

const STATES: Readonly<Record<MutationState, true>> = {
  pending: true,
  sent: true,
  accepted: true,
  conflict: true,
  rejected: true,
  held: true,
};

/** Text of the database as a mutation's state; throws on anything else. */
export function mutationState(text: string): MutationState {
  if (!isMutationState(text)) throw new Error(`'${text}' is no state of a mutation`);
  return text;
}

function isMutationState(text: string): text is MutationState {
  return Object.hasOwn(STATES, text);
}
