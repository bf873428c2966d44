/** Which entries make most of an account's change, from the ledger as the copy has it. */
import { sql } from 'kysely';
import { addMonths, isoDate } from '#domain/calendar.ts';
import { type FluxCause, fluxCauses, type FluxPart, memoKind } from '#domain/close/flux/causes.ts';
import { isResultKind } from '#domain/close/flux.ts';
import { DOCUMENT_JOURNALS } from '#domain/close/reconcile/plan.ts';
import { CLOSING_JOURNALS } from '#domain/close/yearEnd.ts';
import type { FluxCauseView, FluxEntryView } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';
import { companyJournals } from '../ledger/journals.ts';

/** So many entries of a cause are named; the account has all. */
const MOST_ENTRIES = 5;

export interface ChangedAccount {
  readonly account_id: number;
  readonly kind: string;
  readonly change_minor: number;
}

interface TextPart extends FluxPart {
  readonly account_id: number;
  readonly said: string;
}
/** With every text of its kind. */
interface Part extends TextPart {
  readonly memos: readonly string[];
}

/** By account id; of an account that did not change, nothing. */
export async function causesOf(
  context: QueryContext,
  company_id: number,
  period: number,
  accounts: readonly ChangedAccount[],
): Promise<ReadonlyMap<number, readonly FluxCauseView[]>> {
  const journals = await companyJournals(context, company_id);
  const summed = journals.codesOf(DOCUMENT_JOURNALS);
  const closing = journals.codesOf(CLOSING_JOURNALS);
  const all = await partsOf(context, company_id, period, { summed, closing });
  const parts = Map.groupBy(all, ({ account_id }) => account_id);
  context.checkCancelled();
  const found = accounts.flatMap(({ account_id, kind, change_minor }) =>
    fluxCauses(change_minor, parts.get(account_id) ?? [], isResultKind(kind)).map((cause) => ({
      ...cause,
      account_id,
      result: isResultKind(kind),
      sign: Math.sign(change_minor),
    })),
  );
  const views = new Map<number, FluxCauseView[]>();
  for (const cause of found) {
    const entries = await entriesOf(context, period, cause);
    const own = views.get(cause.account_id) ?? [];
    const { journal, memo, said } = cause.part;
    const label = `${journal} ${(memo === null ? journals.nameOf(journal) : null) ?? said}`.trim();
    own.push({ label, change_minor: cause.change_minor, share_bp: cause.share_bp, entries });
    views.set(cause.account_id, own);
  }
  return views;
}

/** What each kind of entry moved on each account, without what closes a year. Journals of documents are one part: their entries are many and alike. */
async function partsOf(
  { db }: QueryContext,
  company_id: number,
  period: number,
  { summed, closing }: { readonly summed: readonly string[]; readonly closing: readonly string[] },
): Promise<readonly Part[]> {
  const before = addMonths(period, -1);
  const { rows } = await sql<TextPart>`
    SELECT l.account_id, e.journal, CASE WHEN e.journal IN (SELECT value FROM json_each(${JSON.stringify(summed)})) THEN NULL ELSE e.memo END AS memo,
      max(e.memo) AS said,
      sum(CASE WHEN l.month = ${period} THEN l.amount_minor ELSE 0 END) AS now_minor,
      sum(CASE WHEN l.month = ${before} THEN l.amount_minor ELSE 0 END) AS before_minor
    FROM gl_entry e JOIN gl_line l ON l.entry_id = e.id
    WHERE e.company_id = ${company_id} AND e.month IN (${period}, ${before})
      AND e.journal NOT IN (SELECT value FROM json_each(${JSON.stringify(closing)}))
    GROUP BY l.account_id, e.journal, 3 ORDER BY max(e.month), max(e.memo)`.execute(db);
  const kinds = Map.groupBy(rows, ({ account_id, journal, memo }) =>
    JSON.stringify([account_id, journal, memo === null ? null : memoKind(memo)]),
  );
  return [...kinds.values()].flatMap((parts): readonly Part[] => {
    // the newest text names the kind
    const last = parts.at(-1);
    if (!last) return [];
    const sum = (of: (part: TextPart) => number): number => parts.reduce((all, part) => all + of(part), 0);
    return [
      {
        ...last,
        memo: last.memo === null ? null : memoKind(last.memo),
        memos: parts.flatMap(({ memo }) => memo ?? []),
        now_minor: sum((part) => part.now_minor),
        before_minor: sum((part) => part.before_minor),
      },
    ];
  });
}

interface OfAccount extends FluxCause<Part> {
  readonly account_id: number;
  readonly result: boolean;
  readonly sign: number;
}
interface EntryRow {
  readonly entry_id: number;
  readonly journal: string;
  readonly number: string;
  readonly booked_on: number;
  readonly memo: string;
  readonly ref: string | null;
  readonly party: string | null;
  readonly change_minor: number;
}

/** Those of a part that go the way of the change; of income and expense also what fell away since the month before. */
async function entriesOf(
  { db }: QueryContext,
  period: number,
  { account_id, part, result, sign }: OfAccount,
): Promise<readonly FluxEntryView[]> {
  const before = result ? addMonths(period, -1) : period;
  const { rows } = await sql<EntryRow>`
    SELECT e.id AS entry_id, e.journal, e.number, e.booked_on, e.memo, e.ref, max(p.name) AS party,
      sum(CASE WHEN l.month = ${period} THEN l.amount_minor ELSE -l.amount_minor END) AS change_minor
    FROM gl_line l JOIN gl_entry e ON e.id = l.entry_id LEFT JOIN party p ON p.id = l.party_id
    WHERE l.account_id = ${account_id} AND l.month IN (${period}, ${before}) AND e.journal = ${part.journal}
      AND ${part.memo === null ? sql`1` : sql`e.memo IN (SELECT value FROM json_each(${JSON.stringify(part.memos)}))`}
    GROUP BY e.id HAVING ${sign} * sum(CASE WHEN l.month = ${period} THEN l.amount_minor ELSE -l.amount_minor END) > 0
    ORDER BY abs(change_minor) DESC, e.id LIMIT ${MOST_ENTRIES}`.execute(db);
  return rows.map(({ entry_id, journal, number, booked_on, memo, ref, party, change_minor }) => ({
    entry_id,
    name: number.startsWith(journal) ? number : `${journal} ${number}`,
    booked_on: isoDate(booked_on),
    about: [...new Set([ref, party, memo].filter((text) => text !== null && text !== ''))].join(', '),
    change_minor,
  }));
}
