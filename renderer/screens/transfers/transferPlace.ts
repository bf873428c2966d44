/** Coming to one transfer from another screen. */
const TAB = '/approvals/transfers';

export function transferPlace(transfer_id: string): string {
  return `${TAB}/${encodeURIComponent(transfer_id)}`;
}

export function isTransfersPlace(location: string): boolean {
  return location === TAB || location.startsWith(`${TAB}/`);
}

/** '/approvals/transfers/8f…%2F0' → that transfer's id, decoded or not; null where the address names none. */
export function transferAt(location: string): string | null {
  const named = location.startsWith(`${TAB}/`) ? location.slice(TAB.length + 1) : '';
  if (named === '') return null;
  try {
    return decodeURIComponent(named);
  } catch {
    return null;
  }
}
