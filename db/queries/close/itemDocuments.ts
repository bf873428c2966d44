/** The documents behind items, with what a person knows them by. */
import { sql } from 'kysely';
import { isoDate } from '#domain/calendar.ts';
import type { ToldDocument } from '#domain/close/reconcile/facts.ts';
import type { ItemDocument } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';

export interface NamedDocument {
  readonly kind: string;
  readonly id: number;
  readonly ref: string;
  readonly told?: ToldDocument;
}

interface FoundRow {
  readonly id: number;
  readonly on_day: number | null;
  readonly about: string | null;
  readonly amount_minor: number | null;
  readonly order_id: number | null;
  readonly purchase_order_id: number | null;
  readonly currency?: string | null;
  readonly foreign_minor?: number | null;
}

/** Each says, of ids: the day, the party or memo, the amount, and the order or purchase it leads to; also in its currency. */
const QUERIES: Readonly<Record<string, string>> = {
  invoice: `SELECT d.id, d.posted_on AS on_day, p.name AS about, d.amount_minor, d.order_id, d.purchase_order_id,
      d.currency, d.foreign_minor
    FROM invoice d LEFT JOIN party p ON p.id = d.party_id`,
  payment: `SELECT d.id, d.paid_on AS on_day, p.name AS about, d.amount_minor, i.order_id, i.purchase_order_id,
      d.currency, d.foreign_minor
    FROM payment d LEFT JOIN party p ON p.id = d.party_id LEFT JOIN invoice i ON i.id = d.invoice_id`,
  receipt: `SELECT d.id, d.received_on AS on_day, p.name AS about, NULL AS amount_minor, NULL AS order_id,
      l.purchase_order_id
    FROM receipt_line d JOIN po_line l ON l.id = d.po_line_id JOIN purchase_order o ON o.id = l.purchase_order_id
      LEFT JOIN party p ON p.id = o.supplier_id`,
  shipment: `SELECT d.id, d.shipped_on AS on_day, p.name AS about, NULL AS amount_minor, l.order_id, NULL AS purchase_order_id
    FROM shipment_line d JOIN order_line l ON l.id = d.order_line_id LEFT JOIN party p ON p.id = l.party_id`,
  order_line: `SELECT d.id, d.ordered_on AS on_day, p.name AS about, d.net_minor AS amount_minor, d.order_id,
      NULL AS purchase_order_id
    FROM order_line d LEFT JOIN party p ON p.id = d.party_id`,
  claim_cost: `SELECT d.id, d.booked_on AS on_day, p.name AS about, d.amount_minor, NULL AS order_id, NULL AS purchase_order_id
    FROM claim_cost d LEFT JOIN party p ON p.id = d.party_id`,
  landed_cost: `SELECT d.id, d.booked_on AS on_day, p.name AS about, d.amount_minor, NULL AS order_id, d.purchase_order_id
    FROM landed_cost d LEFT JOIN purchase_order o ON o.id = d.purchase_order_id LEFT JOIN party p ON p.id = o.supplier_id`,
  count_line: `SELECT d.id, c.counted_on AS on_day, i.name AS about, NULL AS amount_minor, NULL AS order_id,
      NULL AS purchase_order_id
    FROM stock_count_line d JOIN stock_count c ON c.id = d.stock_count_id LEFT JOIN item i ON i.id = d.item_id`,
  // what an entry comes to: its debits
  entry: `SELECT d.id, d.booked_on AS on_day, d.memo AS about,
      (SELECT sum(l.amount_minor) FROM gl_line l WHERE l.entry_id = d.id AND l.amount_minor > 0) AS amount_minor,
      NULL AS order_id, NULL AS purchase_order_id
    FROM gl_entry d`,
  statement_line: `SELECT d.id, d.booked_on AS on_day, d.counterparty AS about, d.amount_minor, NULL AS order_id,
      NULL AS purchase_order_id
    FROM bank_statement_line d`,
};

/** What a document is found by: what has no row of its own has no id, and is told apart by its reference. */
export function documentKey({ kind, id, ref, told }: NamedDocument): string {
  if (told) return `${kind} ${ref} ${JSON.stringify(told)}`;
  return id === 0 ? `${kind} ${ref}` : `${kind} ${id}`;
}

/** By `documentKey`. What is not on this machine has its reference alone. */
export async function itemDocuments(
  context: QueryContext,
  documents: readonly NamedDocument[],
): Promise<ReadonlyMap<string, ItemDocument>> {
  const found = new Map<string, ItemDocument>();
  for (const [kind, own] of Map.groupBy(documents, (each) => each.kind)) {
    context.checkCancelled();
    const query = QUERIES[kind];
    const ids = JSON.stringify([...new Set(own.map(({ id }) => id))]);
    const rows =
      query === undefined
        ? []
        : (
            await sql<FoundRow>`${sql.raw(query)} WHERE d.id IN (SELECT value FROM json_each(${ids}))`.execute(
              context.db,
            )
          ).rows;
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const { id, ref, told } of own) {
      if (told) {
        found.set(documentKey({ kind, id, ref, told }), {
          kind,
          id,
          ref,
          on: isoDate(told.on),
          about: told.name,
          amount_minor: null,
          own: { currency: told.currency, amount_minor: told.amount_minor },
          order_id: null,
          purchase_order_id: null,
        });
        continue;
      }
      const row = byId.get(id);
      found.set(documentKey({ kind, id, ref }), {
        kind,
        id,
        ref,
        on: row?.on_day === null || row === undefined ? null : isoDate(row.on_day),
        about: row?.about ?? null,
        amount_minor: row?.amount_minor ?? null,
        own:
          row?.currency == null || row.foreign_minor == null
            ? null
            : { currency: row.currency, amount_minor: row.foreign_minor },
        order_id: row?.order_id ?? null,
        purchase_order_id: row?.purchase_order_id ?? null,
      });
    }
  }
  return found;
}
