/** What an entry of the audit trail holds beside who and when, in words. */

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
