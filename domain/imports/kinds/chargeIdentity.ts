/** Which charges that are known the lines of a file are: by their reference, else by amount, else one after the other. */

export interface NamedCharge {
  /** As the file's column says; null = it does not. */
  readonly reference: string | null;
  readonly amount_minor: number;
}

export interface KnownCharge {
  /** A file's reference, a number of ours of a charge without one, another source's name, or null of older charges. */
  readonly external_id: string | null;
  readonly amount_minor: number;
}

export interface ChargeIdentity<K extends KnownCharge> {
  readonly known: K | null;
  readonly external_id: string | null;
}

const REFERENCE = 'reference ';
const NUMBERED = /^charge (\d+)$/;
const isNameless = ({ external_id }: KnownCharge): boolean => external_id === null || NUMBERED.test(external_id);

/**
 * Of the lines of one purchase, kind and day, in the order of the file; one a line, in order. The same file a second time finds
 * what it made the first time. `known` in the order they came.
 */
export function chargeIdentities<K extends KnownCharge>(
  lines: readonly NamedCharge[],
  known: readonly K[],
): readonly ChargeIdentity<K>[] {
  const free = new Map(known.toReversed().map((charge) => [charge.external_id, charge]));
  const inOrder = known.filter((charge) => free.get(charge.external_id) === charge);
  const found: (K | null)[] = lines.map(() => null);
  const take = (fits: (line: NamedCharge, charge: K) => boolean): void => {
    for (const [at, line] of lines.entries()) {
      if (found[at] !== null) continue;
      const charge = inOrder.find((each) => free.has(each.external_id) && fits(line, each));
      if (charge === undefined) continue;
      found[at] = charge;
      free.delete(charge.external_id);
    }
  };
  take(({ reference }, { external_id }) => reference !== null && external_id === REFERENCE + reference);
  // a file that begins to say references, or no longer does, brings the charges of before
  take((line, charge) => line.amount_minor === charge.amount_minor && (line.reference === null || isNameless(charge)));
  take(({ reference }, charge) => reference === null && isNameless(charge));
  const taken = new Set(known.map(({ external_id }) => external_id));
  let number = 0;
  return lines.map(({ reference }, at) => {
    const charge = found[at] ?? null;
    if (charge !== null) return { known: charge, external_id: charge.external_id };
    if (reference !== null) return { known: null, external_id: REFERENCE + reference };
    do number += 1;
    while (taken.has(`charge ${number}`));
    return { known: null, external_id: `charge ${number}` };
  });
}
