/** Which accounts of the ledger a close task is the balance of: its own, and those that its sides name besides; a task without one has none. */
export function taskAccounts(
  account: string | null,
  lines: readonly { readonly side: string; readonly account: string | null }[],
): readonly string[] {
  if (account === null) return [];
  // an item may stand on an account that is none of the task's: it was posted there by mistake
  const named = lines.flatMap((line) =>
    line.side === 'ledger' || line.side === 'subledger' ? (line.account ?? []) : [],
  );
  return [...new Set([account, ...named])].toSorted();
}

/** 'account 1300', 'accounts 2170, 2175 and 2180'; '' = of none. */
export function accountsInWords(codes: readonly string[]): string {
  const [last] = codes.slice(-1);
  if (last === undefined) return '';
  return codes.length === 1 ? `account ${last}` : `accounts ${codes.slice(0, -1).join(', ')} and ${last}`;
}
