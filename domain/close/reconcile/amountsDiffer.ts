/**
 * An entry that names its document and has another amount. The name is the entry's reference, or its number where that names none:
 * on the same account, the same side, of no other party. Where several entries or documents bear it, or one entry stands for several
 * documents, nothing is said.
 */
import { minorText } from '../../money.ts';
import type { Movements, Postings } from './byDay.ts';
import { type CellsLeft, keyOf } from './cellsLeft.ts';
import type { DocumentRef, Found, LedgerMovement, Posting, Suspect } from './facts.ts';
import { byDocument, partsOf } from './parts.ts';
import { JOURNALS, type ReconciledRole } from './plan.ts';
import { EXCHANGE_DIFFERENCE } from './postings.ts';

interface Asked {
  /** Of the company. */
  readonly currency: string;
  readonly cut_off: number;
  readonly movements: Movements;
  readonly postings: Postings;
  /** By account and day. */
  readonly suspects: ReadonlyMap<string, readonly Suspect[]>;
}

/** Accounts whose entries are of one document each; accruals have causes of their own. */
const ROLES: ReadonlySet<ReconciledRole> = new Set([
  'bank',
  'ar',
  'ap',
  'grni',
  'shipped_not_billed',
  'billed_not_received',
  'landed_cost_clearing',
]);

/** A document and the one entry that names it, each with what it moves, debit positive. */
interface Pair {
  readonly document: DocumentRef;
  readonly amount_minor: number;
  readonly movement: LedgerMovement;
  readonly off_minor: number;
}

/** Takes what it finds out of `left`, on the other account the entry moves too. */
export function amountsThatDiffer(left: CellsLeft, asked: Asked): readonly Found[] {
  const found: Found[] = [];
  for (const { role, day, amount_minor } of left.all()) {
    if (!ROLES.has(role) || day > asked.cut_off) continue;
    for (const pair of sureOf(role, day, amount_minor, asked)) {
      left.take(role, day, pair.off_minor);
      found.push(itemOf(pair, { role, day, off_minor: pair.off_minor }, asked.currency));
    }
  }
  found.push(...found.flatMap((item) => otherSides(item, left, asked)));
  const names = new Map<ReconciledRole, ReadonlyMap<string, readonly LedgerMovement[]>>();
  for (const { role, day } of left.all()) {
    if (!ROLES.has(role) || day > asked.cut_off || left.at(role, day) === 0) continue;
    const byName = names.get(role) ?? movementsByName(asked.movements.of(role));
    names.set(role, byName);
    found.push(...onAnotherDay(role, day, byName, left, asked));
  }
  return found;
}

/** All that differs on a day is a document that one entry of another day names, which is all that differs there: on both its accounts. */
function onAnotherDay(
  role: ReconciledRole,
  day: number,
  byName: ReadonlyMap<string, readonly LedgerMovement[]>,
  left: CellsLeft,
  asked: Asked,
): readonly Found[] {
  const lacking_minor = left.at(role, day);
  const { lacking } = pairsOn(asked.postings.on(role, day), asked.movements.on(role, day));
  for (const { document, amount_minor, party_id } of lacking) {
    if (amount_minor !== -lacking_minor) continue;
    const [movement, ...others] = (byName.get(document.ref) ?? []).filter(
      (each) => Math.sign(each.amount_minor) === Math.sign(amount_minor) && ofSameParty(each, party_id),
    );
    if (!movement || others.length > 0) continue;
    const { booked_on, amount_minor: booked_minor, entry_id } = movement;
    if (booked_on === day || booked_on > asked.cut_off || left.at(role, booked_on) !== booked_minor) continue;
    const pair = { document, amount_minor, movement };
    const sides = [...ROLES].flatMap((each): readonly (readonly [ReconciledRole, 1 | -1])[] => {
      if (each === role) return [[each, 1]];
      const moves = asked.movements.on(each, booked_on).some((one) => one.entry_id === entry_id);
      const differs = left.at(each, day) === -lacking_minor && left.at(each, booked_on) === -booked_minor;
      return moves && differs ? [[each, -1]] : [];
    });
    return sides.flatMap(([each, sign]) => {
      left.take(each, day, sign * lacking_minor);
      left.take(each, booked_on, sign * booked_minor);
      const off_minor = sign * (booked_minor - amount_minor);
      // no more than late
      return off_minor === 0 ? [] : [itemOf(pair, { role: each, day, off_minor }, asked.currency)];
    });
  }
  return [];
}

function movementsByName(movements: readonly LedgerMovement[]): ReadonlyMap<string, readonly LedgerMovement[]> {
  const byName = new Map<string, LedgerMovement[]>();
  for (const movement of movements) {
    if (isOwn(movement)) continue;
    for (const name of new Set([movement.ref, movement.number])) {
      if (name === null) continue;
      const own = byName.get(name);
      if (own) own.push(movement);
      else byName.set(name, [movement]);
    }
  }
  return byName;
}

/** Named by the document with both amounts: its own, then the ledger's. */
function itemOf(
  { document, amount_minor, movement }: Omit<Pair, 'off_minor'>,
  at: { readonly role: ReconciledRole; readonly day: number; readonly off_minor: number },
  currency: string,
): Found {
  // of the same side: what it is a debit or a credit of is seen by the account
  const [own, booked] = [amount_minor, movement.amount_minor].map((each) =>
    minorText(BigInt(Math.abs(each)), currency),
  );
  return {
    role: at.role,
    cause: 'amount_differs',
    amount_minor: at.off_minor,
    ref: `${document.ref}: ${own} / ${booked}`,
    arose_on: at.day,
    documents: [document, entryRef(movement)],
    settles_on: null,
  };
}

function entryRef({ entry_id: id, number: ref }: LedgerMovement): DocumentRef {
  return { kind: 'entry', id, ref };
}

/** Those that are off for sure: with them the whole day is explained, or each of its documents has its entry. */
function sureOf(role: ReconciledRole, day: number, amount_minor: number, asked: Asked): readonly Pair[] {
  const postings = asked.postings.on(role, day);
  const { pairs, all_named } = pairsOn(postings, asked.movements.on(role, day));
  if (pairs.length === 0) return [];
  const sum = pairs.reduce((total, { off_minor }) => total + off_minor, 0);
  if (all_named || sum === amount_minor) return pairs;
  const refs = new Set(pairs.map(({ document }) => document.ref));
  const suspects = asked.suspects.get(keyOf({ role, day })) ?? [];
  const others = byDocument(postings.filter(({ document }) => !refs.has(document.ref)));
  if (partsOf(amount_minor - sum, suspects, others) !== null) return pairs;
  // not all of them: what stands for several documents is no wrong amount
  const off = pairs.map(({ document, off_minor }): Suspect => {
    const { ref } = document;
    return { role, day, amount_minor: off_minor, cause: 'amount_differs', ref, documents: [document] };
  });
  const parts = partsOf(amount_minor, [...off, ...suspects], others) ?? [];
  const chosen = new Set(parts.flatMap((part) => ('cause' in part && off.includes(part) ? [part.ref] : [])));
  return pairs.filter(({ document }) => chosen.has(document.ref));
}

interface Named {
  readonly document: DocumentRef;
  amount_minor: number;
  readonly parties: Set<number | null>;
  /** Two documents of one number, or one that won or lost by its rate too. */
  unclear: boolean;
  readonly movements: LedgerMovement[];
}

function pairsOn(postings: readonly Posting[], movements: readonly LedgerMovement[]) {
  const byName = new Map<string, Named[]>();
  for (const { document, amount_minor, party_id } of postings) {
    if (document.kind === 'rate' || amount_minor === 0) continue;
    const exchange = document.ref.endsWith(EXCHANGE_DIFFERENCE);
    const ref = exchange ? document.ref.slice(0, -EXCHANGE_DIFFERENCE.length) : document.ref;
    const own = byName.get(ref) ?? [];
    byName.set(ref, own);
    const known = own.find(
      (each) => each.document.kind === document.kind && Math.sign(each.amount_minor) === Math.sign(amount_minor),
    );
    if (!known) {
      const named = { document: { ...document, ref }, amount_minor, parties: new Set([party_id]), movements: [] };
      own.push({ ...named, unclear: exchange });
      continue;
    }
    known.amount_minor += amount_minor;
    known.parties.add(party_id);
    // the lines of a delivery have ids of their own
    if (exchange || (document.kind !== 'shipment' && document.id !== known.document.id)) known.unclear = true;
  }
  for (const [, own] of byName) if (own.some(({ unclear }) => unclear)) for (const each of own) each.unclear = true;
  for (const movement of movements) {
    if (isOwn(movement)) continue;
    const { ref, number, amount_minor } = movement;
    const own = byName.get(ref ?? '') ?? byName.get(number) ?? [];
    for (const each of own) if (Math.sign(each.amount_minor) === Math.sign(amount_minor)) each.movements.push(movement);
  }
  const all = [...byName.values()].flatMap((own) => own.map((each) => ({ ...each, several: rivals(own, each) })));
  const sure = all.filter(({ unclear, several, parties, movements: named }) => {
    const [movement] = named;
    const [party_id = null] = parties;
    return (
      !unclear && !several && parties.size === 1 && movement && named.length === 1 && ofSameParty(movement, party_id)
    );
  });
  const pairs = sure.flatMap(({ document, amount_minor, movements: [movement] }): readonly Pair[] => {
    const off_minor = (movement?.amount_minor ?? 0) - amount_minor;
    return movement && off_minor !== 0 ? [{ document, amount_minor, movement, off_minor }] : [];
  });
  const lacking = all.flatMap(({ document, amount_minor, parties, unclear, several, movements: named }) => {
    const [party_id = null] = parties;
    return unclear || several || named.length > 0 || parties.size > 1 ? [] : [{ document, amount_minor, party_id }];
  });
  return { pairs, lacking, all_named: sure.length === all.length };
}

/** Another document of the same name on the same side. */
function rivals(own: readonly Named[], of: Named): boolean {
  return own.some((each) => each !== of && Math.sign(each.amount_minor) === Math.sign(of.amount_minor));
}

/** Who does not say of whom it is may be anybody's. */
function ofSameParty({ party_id = null }: LedgerMovement, other: number | null): boolean {
  return party_id === null || other === null || party_id === other;
}

function isOwn({ role, journal_kind }: LedgerMovement): boolean {
  return JOURNALS[role].own.has(journal_kind);
}

/** Where the entry has its other side, that differs by as much the other way. */
function otherSides(item: Found, left: CellsLeft, asked: Asked): readonly Found[] {
  const { role: own, arose_on: day, amount_minor, documents } = item;
  const entry = documents.find(({ kind }) => kind === 'entry');
  return [...ROLES].flatMap((role): readonly Found[] => {
    const moves = role !== own && asked.movements.on(role, day).some(({ entry_id }) => entry_id === entry?.id);
    if (!moves || left.at(role, day) !== -amount_minor) return [];
    left.take(role, day, -amount_minor);
    return [{ ...item, role, amount_minor: -amount_minor }];
  });
}
