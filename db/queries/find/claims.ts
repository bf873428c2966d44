/**
 * Claims by number and by customer, from the copy's own rows: there are few beside orders, so they need no index. What a
 * person may not see is not among the rows.
 */
import { bare, fold } from '#domain/names/fold.ts';
import type { QueryContext } from '../context.ts';

export interface FoundClaim {
  readonly id: number;
  /** 0 = the number itself, 1 = part of the number, 2 = a claim of a customer who is called that. */
  readonly rank: 0 | 1 | 2;
}
export interface FoundClaims {
  /** The best first: by number, then open ones, then the newest. */
  readonly claims: readonly FoundClaim[];
  readonly found: number;
  readonly more: boolean;
}

export interface ClaimQuestion {
  readonly typed: string;
  /** Whose claims come first. */
  readonly company_id: number | undefined;
  /** Customers who are called what was typed. */
  readonly party_ids: readonly number[];
  readonly limit: number;
}

/** Matches looked at: more than are ever shown, few enough for a keystroke. */
const MOST_LOOKED_AT = 200;
/** The digits of a number say which it is; letters alone are the beginning of every one. */
const LEAST_LETTERS = 2;

type ClaimRow = readonly [id: number, company_id: number, number: string, open: 0 | 1, opened_on: number];

export function findClaims({ scan }: QueryContext, question: ClaimQuestion): FoundClaims {
  const { typed, company_id, party_ids, limit } = question;
  const code = bare(fold(typed.trim()));
  // what was typed between two separators is in the number as it is written; the rest is compared without them
  const [digits] = (typed.match(/\d+/g) ?? []).toSorted((a, b) => b.length - a.length);
  const ordered = `company_id = ${company_id ?? 0} DESC, state <> 'resolved' DESC, opened_on DESC, id DESC LIMIT ${MOST_LOOKED_AT + 1}`;
  const columns = `id, company_id, number, state <> 'resolved', opened_on`;
  const byNumber =
    digits === undefined || code.length < LEAST_LETTERS
      ? []
      : scan<ClaimRow>(
          `SELECT ${columns} FROM main.claim WHERE instr(number, ?) > 0 ORDER BY length(number), ${ordered}`,
          [digits],
        );
  const byCustomer =
    party_ids.length > 0
      ? scan<ClaimRow>(
          `SELECT ${columns} FROM main.claim WHERE party_id IN (SELECT value FROM json_each(?)) ORDER BY ${ordered}`,
          [JSON.stringify(party_ids)],
        )
      : [];
  const found = new Map<number, FoundClaim>();
  const numbered = byNumber
    .filter(([, , number]) => bare(fold(number)).includes(code))
    .map(([id, , number]): FoundClaim => ({ id, rank: isNumber(number, code) ? 0 : 1 }));
  for (const claim of numbered.toSorted((a, b) => a.rank - b.rank)) found.set(claim.id, claim);
  for (const [id] of byCustomer) if (!found.has(id)) found.set(id, { id, rank: 2 });
  const claims = [...found.values()];
  return {
    claims: claims.slice(0, limit),
    found: Math.min(claims.length, MOST_LOOKED_AT),
    more: byNumber.length > MOST_LOOKED_AT || byCustomer.length > MOST_LOOKED_AT,
  };
}

/** 'CL 1001' is meant by 'cl1001' and by '1001'. */
function isNumber(number: string, code: string): boolean {
  const whole = bare(fold(number));
  return whole === code || whole.replace(/^\P{Nd}*/u, '') === code;
}
