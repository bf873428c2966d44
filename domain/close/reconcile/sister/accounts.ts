/** Whose account is whose: an account names the company it is kept with; where two companies have such accounts, each is the other's. */

export interface SisterAccount {
  readonly id: number;
  readonly company_id: number;
  readonly code: string;
  readonly partner_company_id: number | null;
  readonly company_name: string;
  readonly currency: string;
}

export interface AccountPair {
  readonly sister: { readonly id: number; readonly name: string; readonly currency: string };
  /** Ids of accounts. */
  readonly ours: readonly number[];
  readonly hers: readonly number[];
  /** Hers that name nobody: what of them has our references may be with us. */
  readonly her_unnamed: readonly number[];
}

export interface SisterAccounts {
  /** Ours. */
  readonly currency: string;
  readonly pairs: readonly AccountPair[];
  /** Of ours those compared with nothing; `sister`: the name of the company it names, which keeps no account with us. */
  readonly unpaired: readonly { readonly id: number; readonly code: string; readonly sister: string | null }[];
}

/**
 * Null where the company has no such account.
 * @param accounts of all companies
 * @param names of companies that our accounts name
 */
export function sisterAccounts(
  accounts: readonly SisterAccount[],
  company_id: number,
  names: ReadonlyMap<number, string>,
): SisterAccounts | null {
  const [own] = accounts.filter((each) => each.company_id === company_id);
  if (!own) return null;
  const companies = [...new Set(accounts.map((each) => each.company_id))];
  const partnerOf = ({ company_id: of, partner_company_id }: SisterAccount): number | null =>
    partner_company_id ?? (companies.length === 2 ? (companies.find((id) => id !== of) ?? null) : null);
  const ours = accounts.filter((each) => each.company_id === company_id);
  const unnamed = ours.some((each) => partnerOf(each) === null);
  const pairs: AccountPair[] = [];
  const unpaired = new Map<SisterAccount, string | null>();
  for (const account of ours) if (partnerOf(account) === null) unpaired.set(account, null);
  const others = new Set([...ours.flatMap((each) => partnerOf(each) ?? []), ...companies]);
  others.delete(company_id);
  for (const id of others) {
    const all = accounts.filter((each) => each.company_id === id);
    const [sister] = all;
    const named = ours.filter((each) => partnerOf(each) === id);
    const hers = all.filter((each) => partnerOf(each) === company_id);
    const her_unnamed = all.filter((each) => partnerOf(each) === null);
    if (named.length > 0 && (!sister || hers.length + her_unnamed.length === 0)) {
      for (const account of named) unpaired.set(account, sister?.company_name ?? names.get(id) ?? '');
      continue;
    }
    // who names us is told of, unless it may be on an account of ours that names nobody
    if (!sister || (named.length === 0 && (hers.length === 0 || unnamed))) continue;
    pairs.push({
      sister: { id, name: sister.company_name, currency: sister.currency },
      ours: named.map((each) => each.id),
      hers: hers.map((each) => each.id),
      her_unnamed: named.length === 0 ? [] : her_unnamed.map((each) => each.id),
    });
  }
  return {
    currency: own.currency,
    pairs,
    unpaired: [...unpaired].map(([{ id, code }, sister]) => ({ id, code, sister })),
  };
}
