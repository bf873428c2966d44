/** The vocabulary of a reader: read from the index once, then only what came since. */
import { sql } from 'kysely';
import { createVocabulary, type Vocabulary } from '#db/search/vocabulary.ts';
import type { QueryContext } from '../context.ts';

export interface KnownWords {
  readonly vocabulary: Vocabulary;
  /** Of the index it is read from; another life means that names were lost. */
  readonly life: number;
  /** Read in the order of the file up to here; null when that is done. */
  key: number | null;
  /** Names put in later than this are read afterwards, in the order they came. */
  seq: number;
}

/** Between two looks whether the caller gave up; what was read by then is kept. */
const NAMES_AT_ONCE = 2000;

export async function knownWords(context: QueryContext): Promise<Vocabulary> {
  const { rows: states } = await sql<{
    last_seq: number;
    life: number;
  }>`SELECT last_seq, life FROM search_state`.execute(context.db);
  const [state] = states;
  if (!state) throw new Error('replica.db has no search state');
  const kept = context.cache?.words;
  const words: KnownWords =
    kept?.life === state.life
      ? kept
      : { vocabulary: createVocabulary(), life: state.life, key: 0, seq: state.last_seq };
  if (context.cache) context.cache.words = words;
  while (words.key !== null) {
    context.checkCancelled();
    const { rows } = await sql<{ key: number; code: string; text: string }>`
      SELECT key, code, text FROM search_name WHERE key > ${words.key} ORDER BY key LIMIT ${NAMES_AT_ONCE}`.execute(
      context.db,
    );
    for (const name of rows) words.vocabulary.add(name);
    words.key = rows.at(-1)?.key ?? null;
  }
  while (words.seq < state.last_seq) {
    context.checkCancelled();
    const { rows } = await sql<{ seq: number; code: string; text: string }>`
      SELECT seq, code, text FROM search_name WHERE seq > ${words.seq} ORDER BY seq LIMIT ${NAMES_AT_ONCE}`.execute(
      context.db,
    );
    for (const name of rows) words.vocabulary.add(name);
    words.seq = rows.at(-1)?.seq ?? state.last_seq;
  }
  return words.vocabulary;
}
