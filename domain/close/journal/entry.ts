/**
 * From items of a month's reconciliations the entry that would clear them: each item's account is moved by what it is off,
 * the account its role answers to takes the other side. Debits are positive; an entry's lines add up to 0. It keeps what it
 * is made from and comes out the same from it again.
 */
import { type Answer, refuse } from '../../answer.ts';
import { dayNumber, isoDate } from '../../calendar.ts';
import { safeNumber } from '../../money.ts';
import { type Cause, CAUSE_WORDS } from '../reconcile/causes.ts';
import { bankOfRef, currencyOfRef, isBankRef, isUnvaluedRef, whatToBring } from '../reconcile/foreign.ts';
import type { ReconciledRole } from '../reconcile/plan.ts';
import { roleName } from '../roleNames.ts';
import { type Allocation, allocationLines, sameAllocation } from './allocation.ts';
import { type CounterRole, counterRole, isAccrual, isExchangeRef, isFinal } from './counter.ts';
import { isSameDocument } from './covering.ts';
import { type BookedEntry, sameBooked, turnedLines, whyNotTurned } from './turned.ts';

/** Items one entry may clear. */
export const MOST_ITEMS = 50;

/** An item as its reconciliation has it. */
export interface OpenItem {
  readonly line_id: number;
  readonly role: ReconciledRole;
  readonly cause: Cause;
  readonly ref: string;
  /** ISO day. */
  readonly arose_on: string;
  /** Ledger less subledger in minor units of the company's currency, debit positive, whatever sign it is shown in. */
  readonly amount_minor: number;
  /** Of the first document behind it; null = none is known. */
  readonly document_kind: string | null;
  /** Of the same; it is missing in what was proposed before it was kept. */
  readonly document_id?: number | null;
  /** Of an entry by hand, all it booked; null = that is not known here. */
  readonly booked?: BookedEntry | null;
  /** Of a cost no goods bear yet: what of it belongs where. It moves no total of its account. */
  readonly allocation?: Allocation | null;
}

export interface ClearedItem extends OpenItem {
  /** What takes the other side; null = another of the items does, or the entry by hand is taken back whole. */
  readonly counter_role: CounterRole | null;
}

/** All an entry is made from. */
export interface JournalInputs {
  readonly currency: string;
  /** ISO day: the last of the period. */
  readonly cut_off_on: string;
  /** Taken back on the first day of the next period. */
  readonly reverses: boolean;
  readonly items: readonly ClearedItem[];
  /** Account codes by `accountKey`: those the entry moves. */
  readonly accounts: Readonly<Record<string, string>>;
}

export interface JournalLine {
  readonly account: string;
  /** Null: of an entry by hand, on an account without a use. */
  readonly role: string | null;
  readonly amount_minor: number;
  readonly text: string;
}

export interface JournalEntry {
  readonly booked_on: string;
  readonly reverses_on: string | null;
  readonly lines: readonly JournalLine[];
}

export interface EntryAsked {
  readonly currency: string;
  readonly cut_off_on: string;
  /** Landed costs come to stock with their goods (`landedToStock`); so it is unless the books say otherwise. */
  readonly landed_to_stock?: boolean;
  readonly reverses: boolean;
  readonly items: readonly OpenItem[];
  /** Every item of the period: where a document stands on another account, that account is found by it. */
  readonly period_items: readonly OpenItem[];
  /** Account codes by `accountKey`. */
  readonly accounts: ReadonlyMap<string, string>;
}

/** What an account is looked up by: its role, but of a bank account in another currency which of them it is. */
export function accountKey(role: string, ref: string): string {
  const code = role === 'bank' ? bankOfRef(ref) : null;
  return code === null ? role : bankKey(code);
}

export function bankKey(code: string): string {
  return `bank ${code}`;
}

/**
 * By `accountKey`; of several of a role the first.
 * @param accounts by their codes, as reconciliations take them
 */
export function accountsByKey(
  accounts: readonly { readonly role: string; readonly code: string; readonly currency: string | null }[],
): ReadonlyMap<string, string> {
  const byKey = new Map<string, string>();
  for (const { role, code, currency } of accounts) {
    if (!byKey.has(role)) byKey.set(role, code);
    if (role === 'bank' && currency !== null) byKey.set(bankKey(code), code);
  }
  return byKey;
}

export type EntryRefusal = Extract<
  Answer<
    'no_items' | 'no_balance' | 'not_found_yet' | 'no_entry' | 'counted_twice' | 'account_not_mapped' | 'not_allocated'
  >,
  { readonly ok: false }
>;

/** What an entry for these items is made from, or why there is none. */
export function journalInputs(asked: EntryAsked): { readonly ok: true; readonly inputs: JournalInputs } | EntryRefusal {
  const { items, accounts: chart, currency, cut_off_on, reverses } = asked;
  if (items.length === 0) return refuse('rejected', 'no_items', 'Choose an item first.');
  const final = reverses ? items.find(isFinal) : undefined;
  if (final) {
    const what = isBankRef(final.ref) ? 'the revaluation of a bank account' : 'what takes a revaluation back';
    const message = `${final.ref}: ${what} is posted once. Propose it without a reversal, for itself.`;
    return refuse('rejected', 'no_entry', message);
  }
  const ofBank = items.find(({ ref }) => isBankRef(ref));
  if (ofBank && !items.every(({ ref }) => isBankRef(ref))) {
    const message = `${ofBank.ref} values a bank account. Propose it apart from the other items.`;
    return refuse('rejected', 'no_entry', message);
  }
  const cleared: ClearedItem[] = [];
  for (const item of items) {
    const counter = counterOf(item, asked);
    if (counter !== null && typeof counter === 'object') return counter;
    cleared.push({ ...item, counter_role: counter });
  }
  const accounts: Record<string, string> = {};
  for (const role of cleared.flatMap(keysOf)) {
    const code = chart.get(role);
    if (code === undefined) {
      return refuse(
        'rejected',
        'account_not_mapped',
        role.startsWith(bankKey(''))
          ? `No account ${role.slice(bankKey('').length)} has the role bank and a currency of its own any more. Import it with both under Ledger accounts, then propose again.`
          : `No account has the role ${role}. Import the account map with that role, then propose again.`,
      );
    }
    accounts[role] = code;
  }
  for (const roles of cleared.map(keysOf)) {
    const [one, other] = roles.flatMap((role, nth) => {
      const twin = roles.find((each, at) => at > nth && each !== role && accounts[each] === accounts[role]);
      return twin ? [role, twin] : [];
    });
    if (one !== undefined && other !== undefined) {
      return refuse(
        'rejected',
        'account_not_mapped',
        `Account ${accounts[one]} has both roles, ${one} and ${other}. Give them accounts of their own.`,
      );
    }
  }
  return { ok: true, inputs: { currency, cut_off_on, reverses, items: cleared, accounts } };
}

/** What the accounts an item's part of the entry moves are looked up by. */
function keysOf({ role, counter_role, allocation, amount_minor, ref, booked }: ClearedItem): readonly string[] {
  if (booked) return [];
  if (amount_minor === 0 && allocation) return allocationLines(allocation).map((line) => line.role);
  return (counter_role === null ? [role] : [role, counter_role]).map((each) => accountKey(each, ref));
}

/** Null: it can be allocated. */
function whyNotAllocated({ ref, allocation }: OpenItem): EntryRefusal | null {
  if (!allocation) {
    if (isUnvaluedRef(ref)) {
      const message = `${ref}. It is not known what it is worth: ${whatToBring(ref)}, then propose its revaluation.`;
      return refuse('rejected', 'no_balance', message);
    }
    return refuse('rejected', 'no_balance', `${ref} moves no balance: it is put right at the document.`);
  }
  if (allocation.problem !== null) return refuse('rejected', 'not_allocated', `${ref}: ${allocation.problem}`);
  if (allocationLines(allocation).length > 0) return null;
  const message = `Nothing ${ref} brought in is on hand: it stays with the purchases, where it stands.`;
  return refuse('rejected', 'no_balance', message);
}

/** Why nothing is booked for what two companies have to settle between them. */
const SISTERS_TO_DO: Readonly<Partial<Record<Cause, string>>> = {
  not_at_sister: 'the sister company has to book it. Nothing is missing here.',
  later_at_sister: 'the sister company booked it later. Nothing is missing here.',
  amount_differs: 'settle with the sister company which amount is right, then correct it where it is wrong.',
  sister_unknown: 'say first which company the account is kept with.',
  no_counterpart: 'only what the sister delivered is accrued. Post the invoice or the payment itself.',
  posted_in_another_month: 'only what the sister delivered is accrued. Post the invoice or the payment itself.',
};

/** What is done about what the bank's statement and the ledger differ by, where it is no payment. */
const BANK_TO_DO: Readonly<Partial<Record<Cause, string>>> = {
  charge_not_booked:
    'is a charge of the bank. Post it in the ledger’s bank journal, against the account you keep bank charges on.',
  unknown_receipt: 'came in at the bank. Find out what it is, then post it in the ledger’s bank journal.',
  outstanding_payment: 'is in the ledger already: the bank pays it later. Nothing is missing.',
  outstanding_receipt: 'is in the ledger already: the bank has it later. Nothing is missing.',
  statement_missing: 'lacks the bank’s statement of its day. Import that first.',
};

/** On which account of what is owed a document of stock stands too. */
const OWED: Readonly<Record<string, ReconciledRole>> = { receipt: 'grni', landed_cost: 'landed_cost_clearing' };

function counterOf(
  item: OpenItem,
  { items, period_items, landed_to_stock = true }: EntryAsked,
): CounterRole | null | EntryRefusal {
  if (item.amount_minor === 0) return whyNotAllocated(item);
  if (item.cause === 'facts_missing') {
    return refuse(
      'rejected',
      'no_entry',
      `${item.ref}: import what it is compared with before anything is booked for it.`,
    );
  }
  if (item.cause === 'no_subledger') {
    const message = 'Nobody said what the account should be: there is nothing to book against. State the basis first.';
    return refuse('rejected', 'no_entry', message);
  }
  if (item.cause === 'not_found') {
    return refuse(
      'rejected',
      'not_found_yet',
      `Nobody knows yet what ${item.ref} is. Find its cause before anything is booked for it.`,
    );
  }
  if (item.cause === 'entry_by_hand') {
    const why = whyNotTurned(item);
    return why === null ? null : refuse('rejected', 'no_entry', why);
  }
  const sameDocument = (other: OpenItem): boolean =>
    other.line_id !== item.line_id &&
    other.role !== item.role &&
    other.cause === item.cause &&
    isSameDocument(other, item);
  const twins = period_items.filter((other) => sameDocument(other) && other.amount_minor === -item.amount_minor);
  const misplaced =
    item.cause === 'posted_to_another_account'
      ? twins[0]?.role
      : // what was won or lost by a rate stands on an account and on the one for exchange differences
        twins.find(({ role }) => role === 'fx_gain' || item.role === 'fx_gain')?.role;
  const waits = period_items.some(({ ref, cause }) => ref === item.ref && cause === 'cost_not_allocated');
  const usual = counterRole({ ...item, in_stock: landed_to_stock && !waits });
  // a document that is off by as much on two accounts is the one entry between them; stock gets a cost no goods bear by its split
  const between =
    usual === null || waits ? undefined : twins.find((other) => counterRole({ ...other, in_stock: true }) !== null);
  const owed = item.role === 'inventory' ? OWED[item.document_kind ?? ''] : undefined;
  if (
    owed !== undefined &&
    between === undefined &&
    period_items.some((each) => sameDocument(each) && each.role === owed)
  ) {
    return refuse(
      'rejected',
      'counted_twice',
      `${item.ref} stands on ${roleName(owed)} too, with what is owed for it. Propose it from there: stock is posted with it.`,
    );
  }
  const counter = misplaced ?? between?.role ?? usual;
  const sisters = item.role === 'intercompany' ? SISTERS_TO_DO[item.cause] : undefined;
  if (counter === null && sisters !== undefined) return refuse('rejected', 'no_entry', `${item.ref}: ${sisters}`);
  if (counter === null || (item.cause === 'posted_to_another_account' && misplaced === undefined)) {
    const bank = item.role === 'bank' ? BANK_TO_DO[item.cause] : undefined;
    return refuse(
      'rejected',
      'no_entry',
      bank !== undefined
        ? `${item.ref} ${bank}`
        : item.role === 'bank' || (item.document_kind === 'payment' && !isExchangeRef(item))
          ? `${item.ref} is the bank's: post the payment itself.`
          : `It is not known on which account ${item.ref} stands. Post it by hand.`,
    );
  }
  // chosen from both sides it is moved once
  const other = items.find((each) => sameDocument(each) && each.role === counter);
  if (!other) return counter;
  if (other.amount_minor === -item.amount_minor) return null;
  return refuse(
    'rejected',
    'counted_twice',
    `${item.ref} stands on two of the accounts with two amounts, so no one entry clears both. Propose it from the account where the amount is what is owed.`,
  );
}

/** The same inputs make the same entry, to the line. Throws where they were tampered with and do not balance. */
export function journalEntry(inputs: JournalInputs): JournalEntry {
  const { items, accounts, cut_off_on, reverses } = inputs;
  const day = dayNumber(cut_off_on);
  if (day === null) throw new Error(`${cut_off_on} is no date`);
  const account = (role: string): string => {
    const code = accounts[role];
    if (code === undefined) throw new Error(`the entry has no account of role ${role}`);
    return code;
  };
  const turned = new Set<number>();
  const lines: JournalLine[] = items.flatMap((item): readonly JournalLine[] => {
    const { role, amount_minor, cause, ref, allocation, booked } = item;
    if (booked) {
      // chosen on several accounts it is taken back once
      if (turned.has(booked.id)) return [];
      turned.add(booked.id);
      return turnedLines(booked, role).map((line) => ({ ...line, text: `${CAUSE_WORDS[cause]}: ${ref}` }));
    }
    return amount_minor === 0 && allocation
      ? allocationLines(allocation).map(({ what, ...line }) => ({
          ...line,
          account: account(line.role),
          text: `${CAUSE_WORDS[cause]}: ${ref}, ${what}`,
        }))
      : [
          {
            account: account(accountKey(role, ref)),
            role,
            amount_minor: -amount_minor,
            text: `${CAUSE_WORDS[cause]}: ${ref}`,
          },
        ];
  });
  const sides = new Map<string, { role: CounterRole; sum: bigint; refs: string[] }>();
  for (const { counter_role, amount_minor, ref } of items) {
    if (counter_role === null) continue;
    const key = accountKey(counter_role, ref);
    const side = sides.get(key) ?? { role: counter_role, sum: 0n, refs: [] };
    sides.set(key, side);
    side.sum += BigInt(amount_minor);
    side.refs.push(ref);
  }
  for (const [key, { role, sum, refs }] of sides) {
    if (sum === 0n) continue;
    lines.push({ account: account(key), role, amount_minor: safeNumber(sum), text: refsInWords(refs) });
  }
  if (lines.reduce((sum, line) => sum + BigInt(line.amount_minor), 0n) !== 0n) {
    throw new Error('the entry does not balance');
  }
  return { booked_on: isoDate(day), reverses_on: reverses ? isoDate(day + 1) : null, lines };
}

/** Named in a line before the rest is counted. */
const NAMED_REFS = 3;

function refsInWords(refs: readonly string[]): string {
  const more = refs.length - NAMED_REFS;
  return `${refs.slice(0, NAMED_REFS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Whether an entry for these is usually taken back: all of them are something that comes by itself. */
export function usuallyReverses(items: readonly Pick<OpenItem, 'cause' | 'ref'>[]): boolean {
  // what customers and suppliers owe is valued anew each month, what sisters owe until it is paid
  const isOfDocuments = (ref: string): boolean => currencyOfRef(ref) !== null;
  return (
    items.length > 0 &&
    items.every(
      ({ cause, ref }) =>
        (isAccrual(cause) && !isFinal({ cause, ref })) || (cause === 'revalued_at_another_rate' && isOfDocuments(ref)),
    )
  );
}

/** What the entry says, until somebody words it otherwise. */
export function usualText(items: readonly Pick<OpenItem, 'cause' | 'ref'>[]): string {
  const causes = [...new Set(items.map(({ cause }) => CAUSE_WORDS[cause]))];
  return `${causes.length === 1 ? causes[0] : 'Several causes'}: ${refsInWords(items.map(({ ref }) => ref))}`;
}

/** The sum of its debits: what an entry is worth. */
export function entryAmountMinor(lines: readonly Pick<JournalLine, 'amount_minor'>[]): number {
  return safeNumber(lines.reduce((sum, line) => (line.amount_minor > 0 ? sum + BigInt(line.amount_minor) : sum), 0n));
}

/**
 * What is otherwise now than when it was proposed, in a sentence; null = nothing.
 * @param now every item of the period as it is
 * @param accounts account codes by `accountKey` as they are
 */
export function changedSince(
  inputs: JournalInputs,
  now: readonly OpenItem[],
  accounts: ReadonlyMap<string, string>,
): string | null {
  const lines = new Map(now.map((item) => [item.line_id, item]));
  for (const item of inputs.items) {
    const standing = lines.get(item.line_id);
    if (!standing) return `${item.ref} is no difference any more.`;
    if (standing.amount_minor !== item.amount_minor) return `The amount of ${item.ref} has changed since.`;
    if (!sameAllocation(standing.allocation, item.allocation)) {
      return `What ${item.ref} brought in is allocated otherwise now.`;
    }
    if (standing.cause === 'entry_by_hand' && !sameBooked(standing.booked, item.booked)) {
      return `Entry ${item.ref} stands in the ledger otherwise than it was proposed to be taken back.`;
    }
    if (standing.cause !== item.cause || standing.role !== item.role || standing.ref !== item.ref) {
      return `The cause of ${item.ref} is another now: ${CAUSE_WORDS[standing.cause].toLowerCase()}.`;
    }
  }
  for (const [role, code] of Object.entries(inputs.accounts)) {
    const other = accounts.get(role);
    if (other === undefined && role === bankKey(code))
      return `Account ${code} is no bank account in another currency any more.`;
    if (other !== code) return `The role ${role} was account ${code} and is ${other ?? 'no account'} now.`;
  }
  return null;
}
