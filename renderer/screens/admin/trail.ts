/** The audit trail in words, as a question to the server, and as a file. Pure. */
import { csvRow, spreadsheetSafe } from '#domain/imports/engine/template.ts';
import type { ActionInput } from '#contract/actions.ts';
import type { AuditRow } from '#contract/audit.ts';
import { AUDIT_KINDS, AUDIT_WORDS, auditDetail, type AuditKind, auditWords } from '#contract/auditWords.ts';
import { dateAfter, startOfLocalDay } from '#renderer/format/dates.ts';

export interface TrailFilters {
  readonly kind: AuditKind | null;
  readonly who: string;
  readonly about: string;
  /** Local days as ISO text, both included; '' = without end. */
  readonly from: string;
  readonly to: string;
}
export const NO_TRAIL_FILTERS: TrailFilters = { kind: null, who: '', about: '', from: '', to: '' };

export const KIND_OPTIONS: readonly { readonly value: AuditKind; readonly label: string }[] = AUDIT_KINDS.map(
  (value) => ({ value, label: AUDIT_WORDS[value] }),
);

export function trailQuestion({ kind, who, about, from, to }: TrailFilters): ActionInput<'auditTrail'> {
  return {
    kind,
    who: who.trim(),
    about: about.trim(),
    from_ms: from === '' ? null : startOfLocalDay(from),
    until_ms: to === '' ? null : startOfLocalDay(dateAfter(to, 1)),
  };
}

/** Filters in force, each with what lifts it. */
export function trailFilterWords(filters: TrailFilters): readonly { name: string; without: TrailFilters }[] {
  const { kind, who, about, from, to } = filters;
  return [
    ...(kind === null ? [] : [{ name: `What is ${AUDIT_WORDS[kind]}`, without: { ...filters, kind: null } }]),
    ...(who.trim() === '' ? [] : [{ name: `Who holds ${who.trim()}`, without: { ...filters, who: '' } }]),
    ...(about.trim() === '' ? [] : [{ name: `Subject holds ${about.trim()}`, without: { ...filters, about: '' } }]),
    ...(from === '' ? [] : [{ name: `From ${from}`, without: { ...filters, from: '' } }]),
    ...(to === '' ? [] : [{ name: `To ${to}`, without: { ...filters, to: '' } }]),
  ];
}

/** Whoever runs the server needs no account. */
export function actorWords({ user_name }: Pick<AuditRow, 'user_name'>): string {
  return user_name ?? 'the operator';
}

/** Moments in UTC, as every file. */
export function trailCsv(rows: readonly AuditRow[]): string {
  const head = ['when_utc', 'what', 'who', 'subject', 'details', 'address', 'number'];
  const lines = rows.map((row) => [
    new Date(row.happened_at_ms).toISOString(),
    auditWords(row),
    ...[actorWords(row), row.about ?? '', auditDetail(row), row.address ?? ''].map(spreadsheetSafe),
    String(row.id),
  ]);
  return [head, ...lines].map((cells) => `${csvRow(cells)}\r\n`).join('');
}
