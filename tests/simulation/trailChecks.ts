/**
 * The sealed entries of closes: each is what its seal was made of, and whatever people decided in a close since has its own.
 * The seal's text is written here by hand.
 */
import { createHash } from 'node:crypto';

type Row = Readonly<Record<string, string | number | null>>;
type RowsOf = (table: string) => readonly Row[];

/** Kinds of entries by the table of what they tell. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  signoff: ['close_signed', 'signature_withdrawn'],
  lock_event: ['period_locked', 'reopening_asked', 'period_opened', 'reopening_refused'],
  close_note: ['close_noted'],
  close_evidence: ['evidence_attached', 'evidence_removed'],
  item_explanation: ['item_explained'],
  journal_proposal: ['entry_proposed'],
  binder: ['binder_recorded'],
};

/** `isNew`: it was not there at the checkpoint before. */
export function wrongTrail(rowsOf: RowsOf, isNew: (table: string, id: string) => boolean): string | undefined {
  const entries = rowsOf('close_entry').toSorted((a, b) => Number(a['id']) - Number(b['id']));
  let before: Row | undefined;
  for (const entry of entries) {
    if (isNew('close_entry', String(entry['id']))) {
      const broken = sealOf(entry) !== entry['seal'];
      const follows = Number(before?.['id']) + 1 !== Number(entry['id']) || before?.['seal'] === entry['seal_before'];
      if (broken || !follows) return `entry ${entry['id']} of a close is not what its seal was made of`;
    }
    before = entry;
  }
  for (const [table, kinds] of Object.entries(KINDS)) {
    for (const row of rowsOf(table)) {
      if (!isNew(table, String(row['id']))) continue;
      const who = row['user_name'] ?? row['author'];
      const told = entries.some(
        ({ kind, user_name, happened_at, company_id }) =>
          kinds.includes(String(kind)) &&
          user_name === who &&
          happened_at === row['accepted_at'] &&
          company_id === row['company_id'],
      );
      if (!told) return `no entry of the trail tells of ${table} ${row['id']}`;
    }
  }
  return undefined;
}

function sealOf(entry: Row): string {
  const detail = JSON.parse(String(entry['detail'])) as Readonly<Record<string, unknown>>;
  const named = Object.keys(detail)
    .toSorted()
    .map((name) => [name, detail[name]]);
  const said = ['event_id', 'happened_at', 'kind', 'user_name', 'address', 'about'].map((name) => entry[name]);
  const content = JSON.stringify([entry['seal_before'], Number(entry['id']), ...said, named]);
  return createHash('sha256').update(content).digest('hex');
}
