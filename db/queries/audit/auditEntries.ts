/** Searching the trail on the copy, as the server does: each typed text is part of what stands there, whatever its case. */
import { AUDIT_KINDS, type AuditKind } from '#contract/auditWords.ts';
import { AuditRow } from '#contract/audit.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { requireTrail } from './requireTrail.ts';

const PAGE_ROWS = 200;
const BLOCK_ROWS = 2_000;

type Entry = readonly [
  event_id: number,
  happened_at: number,
  kind: string,
  user_name: string | null,
  address: string | null,
  about: string | null,
  detail: string,
];

export const auditEntries: QueryHandler<'auditEntries'> = async (context, request) => {
  requireTrail(context);
  const { text, kind, who, about, from_ms, until_ms } = request;
  const words = text
    .split(/\s+/)
    .filter((each) => each !== '')
    .map((each) => each.toLowerCase());
  const matches = (entry: Entry): boolean => {
    const [, , what, user_name, address, subject, detail] = entry;
    if (!holds(user_name, who) || !holds(subject, about)) return false;
    if (words.length === 0) return true;
    const all = [what.replaceAll('_', ' '), user_name, address, subject, detail].join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  };
  const conditions = [
    ...(kind === null ? [] : [{ sql: 'kind = ?', value: kind }]),
    ...(from_ms === null ? [] : [{ sql: 'happened_at >= ?', value: from_ms }]),
    ...(until_ms === null ? [] : [{ sql: 'happened_at < ?', value: until_ms }]),
  ];
  const found: Entry[] = [];
  for (let before = request.before ?? Number.MAX_SAFE_INTEGER; found.length <= PAGE_ROWS; ) {
    context.checkCancelled();
    const block = readBlock(context, before, conditions);
    for (const entry of block) if (matches(entry)) found.push(entry);
    const last = block.at(-1);
    if (!last || block.length < BLOCK_ROWS) break;
    before = last[0];
  }
  return {
    rows: found.slice(0, PAGE_ROWS).map(rowOf),
    more: found.length > PAGE_ROWS,
    provenance: provenance(context, ['audit_entry']),
  };
};

function readBlock(
  context: QueryContext,
  before: number,
  conditions: readonly { readonly sql: string; readonly value: string | number }[],
): readonly Entry[] {
  const where = ['event_id < ?', ...conditions.map(({ sql }) => sql)].join(' AND ');
  return context.scan<Entry>(
    `SELECT event_id, happened_at, kind, user_name, address, about, detail FROM main.audit_entry
     WHERE ${where} ORDER BY event_id DESC LIMIT ${BLOCK_ROWS}`,
    [before, ...conditions.map(({ value }) => value)],
  );
}

function holds(value: string | null, typed: string): boolean {
  return typed === '' || (value ?? '').toLowerCase().includes(typed.toLowerCase());
}

function rowOf([id, happened_at_ms, kind, user_name, address, about, detail]: Entry): AuditRow {
  return { id, happened_at_ms, kind: kindOf(kind), user_name, address, about, detail: detailOf(detail) };
}

export function detailOf(text: string): AuditRow['detail'] {
  return AuditRow.shape.detail.parse(JSON.parse(text));
}

function kindOf(kind: string): AuditKind {
  const known = AUDIT_KINDS.find((each) => each === kind);
  if (known === undefined) throw new Error(`the trail holds an entry of the unknown kind ${kind}`);
  return known;
}
