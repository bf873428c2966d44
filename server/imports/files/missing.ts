/** What a line names and the company does not have: why it waits, or what is made of it. */
import type { WantedRow } from './syncRows.ts';

/** `makeable` = the import could have been told to make it. */
export function unknown(what: string, code: string, makeable = false): string {
  const shown = code.length > 40 ? `${code.slice(0, 40)}…` : code;
  return `There is no ${what} "${shown}" in this company.${makeable ? ` Import it first, or have missing ${what}s made.` : ''}`;
}

export function madeSupplier(code: string | null | undefined): [string, WantedRow['set']][] {
  return code == null ? [] : [[code, { name: `Supplier ${code}` }]];
}

export function madeSite(code: string): [string, WantedRow['set']] {
  return [code, { name: code, kind: 'dc' }];
}
