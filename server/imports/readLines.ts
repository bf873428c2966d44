/**
 * A block's raw lines → lines to store under their identity, and lines to quarantine. For a file the identity is the
 * client's count; for a retry it is the quarantined line's.
 */
import {
  orderLineParser,
  type OrderLineResult,
  type ParsedOrderLine,
  type RefusedOrderLine,
} from '#domain/imports/orders/orderLine.ts';
import type { OrderMap } from '#domain/imports/orders/orderMap.ts';
import type { ImportLine } from '#contract/wire/imports.ts';
import { HttpError } from '#server/http/errors.ts';
import { identityKey, type QuarantinedLine, type QuarantineIndex, type RefusedLine } from './quarantine.ts';
import type { IdentifiedLine } from './storeOrders.ts';

/** A line to store, and the line of the file it was read from. */
export interface AcceptedLine extends IdentifiedLine {
  readonly from: ImportLine;
}

export interface ReadLines {
  readonly accepted: readonly AcceptedLine[];
  readonly refused: readonly RefusedLine[];
  /** Quarantined lines that the accepted ones correct. */
  readonly corrected: readonly { readonly id: number; readonly invoice: string; readonly ordinal: number }[];
}

export type LineParser = (fields: readonly string[]) => OrderLineResult;

/** Parsers of one import: by the map of each batch that lines were refused under, for one header and currency. */
export function lineParsers(header: readonly string[], currency: string): (key: string, map: OrderMap) => LineParser {
  const parsers = new Map<string, LineParser>();
  return (key, map) => {
    let parser = parsers.get(key);
    if (!parser) {
      try {
        parser = orderLineParser(map, header, currency);
      } catch (error) {
        if (error instanceof RangeError)
          throw new HttpError(400, 'bad_arguments', `The map does not fit: ${error.message}.`);
        throw error;
      }
      parsers.set(key, parser);
    }
    return parser;
  };
}

/** Throws HttpError 400 when the client counted a line twice or the invoice it names is not the record's. */
export function readFileLines(lines: readonly ImportLine[], parse: LineParser, known: QuarantineIndex): ReadLines {
  const accepted: AcceptedLine[] = [];
  const refused: RefusedLine[] = [];
  const corrected: ReadLines['corrected'][number][] = [];
  const seen = new Set<string>();
  for (const each of lines) {
    const key = identityKey(each.invoice, each.ordinal);
    if (seen.has(key))
      throw new HttpError(400, 'bad_arguments', `Line ${each.line_number} repeats the identity of another line.`);
    seen.add(key);
    const result = parseOrProblem(each, parse);
    if (!result.ok) {
      refused.push(refusedLine(each, result.refused));
      continue;
    }
    if (result.line.invoice !== each.invoice) {
      throw new HttpError(
        400,
        'bad_arguments',
        `Line ${each.line_number} was announced under another invoice than it names.`,
      );
    }
    accepted.push({ ordinal: each.ordinal, line: result.line, from: each });
    const before = known.get(key);
    if (before?.state === 'open') corrected.push({ id: before.id, invoice: each.invoice, ordinal: each.ordinal });
  }
  return { accepted, refused, corrected };
}

/**
 * `parserOf` gives the parser of the batch a line was refused in; `nextOrdinal` the next free ordinal of an invoice, for
 * a line whose invoice number itself was corrected.
 */
export async function readRetriedLines(
  lines: readonly ImportLine[],
  known: QuarantineIndex,
  parserOf: (quarantined: QuarantinedLine) => Promise<LineParser>,
  nextOrdinal: (invoice: string) => Promise<number>,
): Promise<ReadLines> {
  const accepted: AcceptedLine[] = [];
  const refused: RefusedLine[] = [];
  const corrected: ReadLines['corrected'][number][] = [];
  const seen = new Set<string>();
  for (const each of lines) {
    const key = identityKey(each.invoice, each.ordinal);
    const before = known.get(key);
    const where = `Line ${each.line_number} (invoice "${each.invoice}", ordinal ${each.ordinal})`;
    if (!before)
      throw new HttpError(
        400,
        'bad_arguments',
        `${where} is not in the quarantine of this source and company. Nothing of this block was imported.`,
      );
    if (seen.has(key)) throw new HttpError(400, 'bad_arguments', `${where} is in the file twice.`);
    seen.add(key);
    const result = parseOrProblem(each, await parserOf(before));
    if (!result.ok) {
      refused.push(refusedLine(each, result.refused));
      continue;
    }
    const target = await targetOf(before, result.line, nextOrdinal, where);
    accepted.push({ ordinal: target.ordinal, line: result.line, from: each });
    corrected.push({ id: before.id, ...target });
  }
  return { accepted, refused, corrected };
}

async function targetOf(
  before: QuarantinedLine,
  line: ParsedOrderLine,
  nextOrdinal: (invoice: string) => Promise<number>,
  where: string,
): Promise<{ invoice: string; ordinal: number }> {
  const { corrected_invoice, corrected_ordinal } = before;
  if (corrected_invoice !== null && corrected_ordinal !== null) {
    if (corrected_invoice === line.invoice) return { invoice: corrected_invoice, ordinal: corrected_ordinal };
    throw new HttpError(
      400,
      'bad_arguments',
      `${where} was imported under the invoice ${corrected_invoice} before; it cannot move to ${line.invoice}.`,
    );
  }
  if (before.invoice === line.invoice) return { invoice: before.invoice, ordinal: before.ordinal };
  return { invoice: line.invoice, ordinal: await nextOrdinal(line.invoice) };
}

function parseOrProblem(each: ImportLine, parse: LineParser): OrderLineResult {
  if (each.problem !== undefined) return { ok: false, refused: { reason: each.problem, exact_amount: null } };
  return parse(each.fields);
}

export function refusedLine(each: ImportLine, refused: RefusedOrderLine): RefusedLine {
  return {
    invoice: each.invoice,
    ordinal: each.ordinal,
    line_number: each.line_number,
    fields: each.fields,
    raw: each.raw ?? null,
    reason: refused.reason,
    exact_amount: refused.exact_amount,
  };
}
