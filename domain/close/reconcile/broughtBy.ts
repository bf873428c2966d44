/** Who brought a change into a reconciliation: the writers of the rows it was computed from, the nearest to the line first. */

/** Something written into the books since they were last reconciled. */
export interface BookWrite {
  /** The table it was written into. */
  readonly table: string;
  /** The number of the entry or document; null = it has none. */
  readonly number: string | null;
  /** What an entry says it is about. */
  readonly about: string | null;
  /** Code of the account it moved. */
  readonly account: string | null;
  /** Null = nobody is known: another system wrote it. */
  readonly user_name: string | null;
}

export interface ChangedLine {
  readonly side: 'ledger' | 'subledger' | 'item';
  readonly ref: string;
  readonly account: string | null;
  /** Of an item: the numbers of its documents. */
  readonly documents: readonly string[];
}

/** What a change is put down to when nothing is known of it. */
export const THE_BOOKS = 'the books';

/** Named at most; the rest is counted. */
const MOST_NAMED = 6;

const LEDGER_TABLES: readonly string[] = ['gl_entry', 'gl_line', 'gl_account', 'gl_journal'];
const DOCUMENT_WORDS: Readonly<Record<string, string>> = {
  gl_entry: 'posting',
  gl_line: 'posting',
  invoice: 'invoice',
  payment: 'payment',
  receipt_line: 'receipt',
  shipment_line: 'delivery',
  stock_count: 'stock count',
};

/** Looks a line's writers up; the writes are gone through once. */
export function broughtBy(writes: readonly BookWrite[]): (line: ChangedLine) => string {
  const named = new Map<string, BookWrite[]>();
  const moved = new Map<string, BookWrite[]>();
  const keep = (map: Map<string, BookWrite[]>, key: string | null, write: BookWrite): void => {
    if (key === null) return;
    const known = map.get(key);
    if (known) known.push(write);
    else map.set(key, [write]);
  };
  for (const write of writes) {
    keep(named, write.number, write);
    if (write.about !== write.number) keep(named, write.about, write);
    keep(moved, write.account, write);
  }
  const ledger = writes.filter(({ table }) => LEDGER_TABLES.includes(table));
  const documents = writes.filter(({ table }) => !LEDGER_TABLES.includes(table));
  return (line) => {
    const own = [...new Set([line.ref, ...leading(line), ...line.documents])].flatMap((ref) => named.get(ref) ?? []);
    const onAccount = line.account === null ? ledger : (moved.get(line.account) ?? []);
    const near = { ledger: onAccount, subledger: documents, item: [...onAccount, ...documents] }[line.side];
    return wordsOf([own, near, writes].find((each) => each.length > 0) ?? []);
  };
}

/** A line of the ledger reads 'JRN-12 Freight of October': its number is one of these. */
function leading({ side, ref }: ChangedLine): readonly string[] {
  if (side !== 'ledger') return [];
  const words = ref.split(' ');
  return words.map((_, nth) => words.slice(0, nth + 1).join(' '));
}

function wordsOf(writes: readonly BookWrite[]): string {
  const people = new Set<string>();
  const systems = new Set<string>();
  for (const { table, number, user_name } of writes) {
    if (user_name !== null) people.add(user_name);
    else if (number !== null) systems.add(`${DOCUMENT_WORDS[table] ?? 'document'} ${number}`);
  }
  const all = [...[...people].toSorted(), ...[...systems].toSorted()];
  return all.length === 0 ? THE_BOOKS : listed(all);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED);
  return shown.length === names.length
    ? names.join(', ')
    : `${shown.join(', ')} and ${names.length - shown.length} more`;
}
