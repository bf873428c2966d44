/** A kind of file that can be imported: its fields, what makes two lines the same, what must add up. */
import type { AnyRow, Field, FieldType, RowOf } from './field.ts';

export interface Measure {
  readonly label: string;
  readonly type: Extract<FieldType, 'quantity' | 'money' | 'price'>;
  /** Fields whose product is added up over all lines. */
  readonly factors: readonly string[];
  readonly area?: 'cost';
}

export interface ImportKind {
  readonly kind: string;
  /** 'Items' */
  readonly title: string;
  readonly one: string;
  readonly many: string;
  /** What the file is, in a sentence. */
  readonly about: string;
  /** 'finance' = only for roles that see the books. */
  readonly area: 'general' | 'finance';
  readonly fields: readonly Field[];
  /** Fields that make two lines the same line; their cells name it. */
  readonly key: readonly string[];
  /** The field of the key that tells its lines apart: a line without it is one of its own. */
  readonly apart?: string;
  /** Lines of one key belong together and are refused together: the lines of a ledger entry. */
  readonly whole?: { readonly what: string; check(rows: readonly AnyRow[], currency: string): string | null };
  /** A file is taken in whole or not at all: what it is, and what is said of its lines that are not wrong themselves. */
  readonly entire?: { readonly what: string; readonly others: string };
  /** Fields whose lines are stored in one part, because what is stored of one depends on the others; the key without. */
  readonly together?: readonly string[];
  /** Of names that come again, as banks number their statements anew each year: the field with the day that tells which it is. */
  readonly day?: string;
  /** What the columns of a map lack together, in a sentence. */
  readonly lacks?: (columns: ReadonlySet<string>) => string | null;
  /** Why a line that can be read is still wrong. */
  check?(row: AnyRow): string | null;
  readonly measures: readonly Measure[];
  /** Rows of the template, cells in the order of `fields`. */
  readonly examples: readonly (readonly string[])[];
}

/**
 * A kind as it is declared: its own checks take rows of its own fields. They are methods, so that a kind stands for any
 * kind; the reader hands them rows read by the kind's own fields.
 */
export interface DeclaredKind<F extends readonly Field[]> extends Omit<ImportKind, 'whole' | 'check' | 'fields'> {
  readonly fields: F;
  readonly whole?: { readonly what: string; check(rows: readonly RowOf<F>[], currency: string): string | null };
  check?(row: RowOf<F>): string | null;
}

export function declareKind<const F extends readonly Field[]>(kind: DeclaredKind<F>): DeclaredKind<F> {
  return kind;
}

export function fieldOf(kind: Pick<ImportKind, 'fields'>, name: string): Field {
  const field = kind.fields.find((each) => each.name === name);
  if (!field) throw new RangeError(`there is no field ${name}`);
  return field;
}

export function requiredFields(kind: Pick<ImportKind, 'fields'>): readonly Field[] {
  return kind.fields.filter((field) => field.required === true);
}
