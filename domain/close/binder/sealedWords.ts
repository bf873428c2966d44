/** What was said, as a binder's readable tables have it, beside what its sealed entries hold of it: a text by its SHA-256. */
import type { ChainedEvent } from '../../audit/chain.ts';
import type { Sha256 } from '../../audit/check.ts';
import { runsInSpreadsheet } from '../../csvText.ts';
import type { SealedEntry, TracedRow } from './sealedTrail.ts';

/** Texts that a cell may stand for: one that a spreadsheet would run has an apostrophe before it. */
export function textsOfCell(cell: string): readonly string[] {
  const text = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
  const bare = text.slice(1);
  return text.startsWith("'") && runsInSpreadsheet(bare) ? [bare, text] : [text];
}

/** Whether the cell *Detail* says what the entry that tells of its row was sealed with, as far as that holds it. */
export function saysSealed(sha256: Sha256, { event }: SealedEntry, row: TracedRow, cell: string): boolean {
  // one whose entry tells of another row says nothing of its own
  if (row.shared) return cell === '';
  // every candidate is asked for, so that who makes hashes one by one knows all of them
  return textsOfCell(cell)
    .map((text) => says(sha256, event, text))
    .some(Boolean);
}

function says(sha256: Sha256, event: ChainedEvent, text: string): boolean {
  const { kind, detail } = event;
  switch (kind) {
    case 'close_signed':
      return text.startsWith(`content ${detail['content'] ?? ''}, on `);
    case 'evidence_attached':
      return text.endsWith(`, SHA-256 ${detail['sha256'] ?? ''}`);
    case 'evidence_removed':
      return afterFile(text)
        .map((reason) => isHashed(sha256, detail['words_sha256'], reason))
        .some(Boolean);
    case 'close_noted': {
      const start = typeof detail['for'] === 'string' ? `for ${detail['for']}: ` : '';
      return text.startsWith(start) && isWords(sha256, event, text.slice(start.length));
    }
    default:
      return isWords(sha256, event, text);
  }
}

/** Whether a text is the words, the reason or the answer the entry was sealed with; one without any has none. */
function isWords(sha256: Sha256, { kind, detail }: ChainedEvent, text: string): boolean {
  switch (kind) {
    case 'entry_approved':
    case 'entry_refused':
      return isHashed(sha256, detail['reason_sha256'], text);
    case 'period_locked':
    case 'reopening_asked':
    case 'period_opened':
    case 'reopening_refused':
      if ('words_sha256' in detail) return isHashed(sha256, detail['words_sha256'], text);
      // an older one holds the reason as it was said, of an answer that of its question
      return kind === 'period_opened' || kind === 'reopening_refused' || text === (detail['reason'] ?? '');
    default:
      return isHashed(sha256, detail['words_sha256'], text);
  }
}

/** Cells of a table of words: when, by whom, and what was said. */
export interface SaidLine {
  /** As the table writes it. */
  readonly at: string;
  readonly by: string;
  readonly cell: string;
}

/** Whether one of these rows was done then by that person, and its entry was sealed with these words. */
export function isSaid(
  sha256: Sha256,
  sealed: ReadonlyMap<number, SealedEntry>,
  rows: readonly TracedRow[],
  { at, by, cell }: SaidLine,
): boolean {
  const own = rows.filter((row) => textsOfCell(by).includes(row.who) && new Date(row.at_ms).toISOString() === at);
  return own
    .map((row) => {
      if (row.shared) return cell === '';
      const entry = row.seq === null ? undefined : sealed.get(row.seq);
      // of what has no entry that is said already
      if (entry === undefined) return true;
      return textsOfCell(cell)
        .map((text) => isWords(sha256, entry.event, text))
        .some(Boolean);
    })
    .some(Boolean);
}

/** What follows a file's name and hash, at each place where that may end. */
function afterFile(text: string): readonly string[] {
  return [...text.matchAll(/, SHA-256 [0-9a-f]{64}(?:: |$)/g)].map(({ 0: found, index }) =>
    text.slice(index + found.length),
  );
}

/** Nothing said has no hash. */
function isHashed(sha256: Sha256, sealed: string | number | null | undefined, text: string): boolean {
  const own = sha256(text);
  return sealed === null || sealed === undefined ? text === '' : own === sealed;
}
