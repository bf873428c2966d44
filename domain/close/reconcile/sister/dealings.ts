/**
 * Which entries of two companies are about the same: deliveries by who made them and their reference, with what was paid and valued of
 * each; payments of several deliveries; and entries nothing says that of. Who delivered is told by each document, so both may.
 */
import { JOURNALS } from '../plan.ts';
import type { SisterEntry, SisterPair } from './facts.ts';

export type Side = 'ours' | 'hers';

export interface Placed extends SisterEntry {
  readonly side: Side;
  /** As it is matched by. */
  readonly named: string;
}

/** One reference of who delivered (`issuer`), on both sides. Credit notes are documents below nothing. */
export interface Dealing {
  readonly issuer: Side;
  readonly ref: string;
  readonly documents: Placed[];
  readonly payments: Placed[];
  readonly valued: Placed[];
}

/** Payments under a reference of their own. */
export interface Pool {
  readonly issuer: Side;
  readonly ref: string;
  readonly payments: Placed[];
}

export interface Dealings {
  readonly dealings: readonly Dealing[];
  readonly pools: readonly Pool[];
  readonly loose: readonly (SisterEntry & { readonly side: Side })[];
}

/** Balances taken over stand on both sides without a document. */
const OPENING = 'Opening balance';

export function otherSide(side: Side): Side {
  return side === 'ours' ? 'hers' : 'ours';
}

export function dealingsOf({ ours, hers }: Pick<SisterPair, 'ours' | 'hers'>): Dealings {
  const loose: (SisterEntry & { readonly side: Side })[] = [];
  const named: Placed[] = [];
  for (const [side, entries] of [['ours', ours] as const, ['hers', hers] as const]) {
    for (const entry of entries) {
      const ref = entry.ref?.trim() || (entry.journal_kind === 'opening_balances' ? OPENING : null);
      if (ref === null) loose.push({ ...entry, side });
      else named.push({ ...entry, side, named: ref });
    }
  }
  const found = { dealings: new Map<string, Dealing>(), pools: new Map<string, Pool>(), loose };
  for (const entries of Map.groupBy(named, (each) => each.named).values()) placeAll(entries, found);
  return { dealings: [...found.dealings.values()], pools: [...found.pools.values()], loose };
}

interface Found {
  readonly dealings: Map<string, Dealing>;
  readonly pools: Map<string, Pool>;
  readonly loose: (SisterEntry & { readonly side: Side })[];
}

function placeAll(entries: readonly Placed[], { dealings, pools, loose }: Found): void {
  const documents = entries.filter(isDocument);
  const told = new Set(documents.flatMap((each) => sellerOf(each) ?? []));
  for (const each of documents) {
    const unusual = each.trade === null && !JOURNALS.intercompany.usual.has(each.journal_kind);
    const alone = entries.every((other) => other.side === each.side);
    if (unusual && alone && each.named !== OPENING) loose.push(each);
    else {
      const [one] = told;
      const issuer = sellerOf(each) ?? (told.size === 1 && one ? one : bySign(each));
      dealingAt(dealings, issuer, each.named).documents.push(each);
    }
  }
  const known = (issuer: Side, ref: string): Dealing | undefined => dealings.get(`${issuer}/${ref}`);
  for (const each of entries.filter((entry) => !isDocument(entry))) {
    const other = otherSide(each.side);
    if (!each.paid) {
      // who owes values it
      const valued = known(other, each.named)?.valued;
      if (valued) valued.push(each);
      else loose.push(each);
      continue;
    }
    const usual = each.amount_minor < 0 ? each.side : other;
    const dealing = known(usual, each.named) ?? known(otherSide(usual), each.named);
    if (dealing) dealing.payments.push(each);
    else {
      const key = `${usual}/${each.named}`;
      const pool = pools.get(key) ?? { issuer: usual, ref: each.named, payments: [] };
      pools.set(key, pool);
      pool.payments.push(each);
    }
  }
}

function isDocument({ paid, other_minor }: SisterEntry): boolean {
  return !paid && other_minor !== null;
}

function sellerOf({ trade, side }: Placed): Side | null {
  return trade === null ? null : trade === 'sold' ? side : otherSide(side);
}

function bySign({ amount_minor, side }: Placed): Side {
  return amount_minor > 0 ? side : otherSide(side);
}

function dealingAt(dealings: Map<string, Dealing>, issuer: Side, ref: string): Dealing {
  const key = `${issuer}/${ref}`;
  const dealing = dealings.get(key) ?? { issuer, ref, documents: [], payments: [], valued: [] };
  dealings.set(key, dealing);
  return dealing;
}

/** Entries without a reference, less those that take each other back. */
export function notTakenBack<E extends Pick<SisterEntry, 'amount_minor' | 'booked_on' | 'entry_id'>>(
  entries: readonly E[],
): readonly E[] {
  const open: E[] = [];
  const byAmount = new Map<number, E[]>();
  for (const each of entries.toSorted((a, b) => a.booked_on - b.booked_on || a.entry_id - b.entry_id)) {
    const back = byAmount.get(-each.amount_minor)?.shift();
    if (back) open.splice(open.indexOf(back), 1);
    else {
      open.push(each);
      byAmount.set(each.amount_minor, [...(byAmount.get(each.amount_minor) ?? []), each]);
    }
  }
  return open;
}
