/**
 * Editions: the columns of a company's stock as they stood at one moment, kept while a screen shows rows of them. What
 * is scrolled to, unfolded or sorted meanwhile comes from the same edition, so that nothing moves under a hand; newer
 * rows make another edition beside it. The oldest go when there are too many: whoever reads on in one that is gone is
 * given the newest, under its own name.
 */
import { createHash } from 'node:crypto';
import type { QueryContext } from '../context.ts';
import { tableVersions } from '../readCache.ts';
import { shareUnchanged } from './sharedColumns.ts';
import { STOCK_TABLES, type StockColumns, stockColumns } from './stockColumns.ts';
import type { StockQuestion } from './stockModel.ts';
import type { StockView } from './stockView.ts';

export interface StockEdition {
  readonly id: string;
  readonly columns: StockColumns;
  readonly question: StockQuestion;
  /** What the replica said of itself when it last held these very rows. */
  standing: QueryContext['replica'];
  /** Arrangements of its rows, the latest used last. */
  readonly views: Map<string, StockView>;
}

interface KeptEdition extends StockEdition {
  /** For whom and of what; nobody else may read on in it. */
  readonly subject: string;
  readonly versions: string;
  used_at_ms: number;
}

/** The latest used last; one list a reader. */
export type StockEditions = KeptEdition[];

/** Of all companies together. */
export const MOST_EDITIONS = 4;
/** Arrangements of one edition. */
export const MOST_VIEWS = 4;
/** An edition that newer rows have replaced and nobody reads is let go after so long. */
export const REST_MS = 15 * 60_000;

/** The edition of this name, if it is still here and this person's; else the newest. */
export async function stockEdition(
  context: QueryContext,
  question: StockQuestion,
  wanted: string | undefined,
): Promise<{ readonly edition: StockEdition; readonly newer: boolean }> {
  const { cache, now_ms } = context;
  const kept = cache?.stockEditions ?? [];
  const subject = subjectOf(context, question);
  const versions = `${tableVersions(context, STOCK_TABLES)} on ${question.as_of_on}`;
  const isNewest = (each: KeptEdition): boolean => each.subject === subject && each.versions === versions;
  forgetRested(kept, isNewest, now_ms);
  const found =
    kept.find((each) => wanted !== undefined && each.id === wanted && each.subject === subject) ?? kept.find(isNewest);
  const edition = found ?? {
    id: nameOf(subject, versions, context.replica.checkpoint),
    subject,
    versions,
    question,
    columns: shareUnchanged(
      await stockColumns(context, question),
      kept.findLast((each) => each.subject === subject)?.columns,
    ),
    standing: context.replica,
    views: new Map(),
    used_at_ms: now_ms,
  };
  const newer = !isNewest(edition);
  if (!newer) edition.standing = context.replica;
  edition.used_at_ms = now_ms;
  if (found) kept.splice(kept.indexOf(found), 1);
  kept.push(edition);
  while (kept.length > MOST_EDITIONS) kept.shift();
  return { edition, newer };
}

/** Another person, another right, another scope or another life of the log: rows of before are not theirs to see. */
function subjectOf({ user, scan }: QueryContext, { company_id, currency, cost_visible }: StockQuestion): string {
  const standing = scan<readonly [string | null, string | null]>('SELECT epoch, scope_hash FROM main.replica_meta', []);
  return JSON.stringify([company_id, currency, cost_visible, user.name, user.grants, standing]);
}

/** The same rows have the same name, so that a reader that began anew may go on with them. */
function nameOf(subject: string, versions: string, checkpoint: number): string {
  return createHash('sha256').update(`${subject}\n${versions}\n${checkpoint}`).digest('base64url').slice(0, 24);
}

function forgetRested(kept: StockEditions, isNewest: (edition: KeptEdition) => boolean, now_ms: number): void {
  for (const each of kept.filter((edition) => !isNewest(edition) && now_ms - edition.used_at_ms > REST_MS)) {
    kept.splice(kept.indexOf(each), 1);
  }
}

/** An arrangement of the edition's rows, made once. */
export function viewOf(edition: StockEdition, arrangement: string, make: () => StockView): StockView {
  const { views } = edition;
  const view = views.get(arrangement) ?? make();
  views.delete(arrangement);
  views.set(arrangement, view);
  for (const oldest of views.keys()) {
    if (views.size <= MOST_VIEWS) break;
    views.delete(oldest);
  }
  return view;
}
