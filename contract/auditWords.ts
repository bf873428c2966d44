/** The audit trail in words. No schema: screens take these as values. */
export const AUDIT_KINDS = [
  'signed_in',
  'sign_in_refused',
  'session_ended',
  'account_added',
  'account_closed',
  'account_opened',
  'password_set',
  'grant_given',
  'grant_taken',
  'company_changed',
  'push_refused',
  'rules_decided',
  'purchase_approved',
  'purchase_refused',
  'draft_order_approved',
  'draft_order_refused',
  'draft_order_sent',
  'transfer_approved',
  'transfer_refused',
  'transfer_dispatched',
  'transfer_received',
  'period_locked',
  'period_opened',
  'viewed',
  'flux_threshold_set',
  'binder_recorded',
  'exported',
  'backed_up',
  'restored',
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

export const AUDIT_WORDS: Readonly<Record<AuditKind, string>> = {
  signed_in: 'Signed in',
  sign_in_refused: 'Sign-in refused',
  session_ended: 'Session ended',
  account_added: 'Account added',
  account_closed: 'Account closed',
  account_opened: 'Account opened again',
  password_set: 'Password set',
  grant_given: 'Grant given',
  grant_taken: 'Grant taken back',
  company_changed: 'Company changed',
  push_refused: 'Change refused',
  rules_decided: 'Rules decided',
  purchase_approved: 'Purchase approved',
  purchase_refused: 'Purchase refused',
  draft_order_approved: 'Draft order approved',
  draft_order_refused: 'Draft order refused',
  draft_order_sent: 'Draft order sent',
  transfer_approved: 'Transfer approved',
  transfer_refused: 'Transfer refused',
  transfer_dispatched: 'Transfer sent off',
  transfer_received: 'Transfer taken in',
  period_locked: 'Period locked',
  period_opened: 'Period opened again',
  viewed: 'Looked at',
  flux_threshold_set: 'Flux thresholds set',
  binder_recorded: 'Binder recorded',
  exported: 'Exported',
  backed_up: 'Backed up',
  restored: 'Restored',
};

/** The end of the year 9999. */
export const LAST_MS = 253_402_300_799_999;

function isMoment(value: string | number | null): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= LAST_MS;
}

/** 'role buyer, company HAL'; moments in UTC. */
export function auditDetail({ detail }: { readonly detail: Readonly<Record<string, string | number | null>> }): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) =>
      name.endsWith('_at_ms') && isMoment(value)
        ? `${name.slice(0, -3).replaceAll('_', ' ')} ${new Date(value).toISOString()}`
        : `${name.replaceAll('_', ' ')} ${value}`,
    )
    .join(', ');
}
