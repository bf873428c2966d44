/** How does this supplier deliver: its lead times one by one, and the lines behind a figure? */
import { isoDate } from '#domain/calendar.ts';
import type { QueryArgs, SupplierLine } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import type { SupplierLineFacts } from './supplierLines.ts';
import { SUPPLIER_TABLES, supplierFigures } from './suppliers.ts';

type Figure = QueryArgs<'supplierDetail'>['figure'];

export const supplierDetail: QueryHandler<'supplierDetail'> = async (
  context,
  { company_id, supplier_id, figure, limit },
) => {
  const { rows, lines: of_all, moved, as_of_on } = await supplierFigures(context, company_id);
  const lines = of_all.get(supplier_id) ?? [];
  const behind: Readonly<Record<Figure, (line: SupplierLineFacts) => boolean>> = {
    open: (line) => line.open,
    overdue: (line) => line.open && line.expected_on < as_of_on,
    late: (line) => line.due_month !== null && !line.in_time,
    lead: (line) => line.lead_days !== null,
    moved: (line) => moved.has(line.po_line_id),
  };
  const wanted = lines.filter(behind[figure]).toSorted(ORDERS[figure]);
  const taken = new Map<number, number>();
  for (const { lead_days } of lines) {
    if (lead_days !== null && lead_days >= 0) taken.set(lead_days, (taken.get(lead_days) ?? 0) + 1);
  }
  return {
    row: rows.find((row) => row.supplier_id === supplier_id) ?? null,
    lead_times: [...taken].map(([days, count]) => ({ days, lines: count })).toSorted((a, b) => a.days - b.days),
    lines: inWords(context, wanted.slice(0, limit)),
    total_lines: wanted.length,
    provenance: provenance(context, SUPPLIER_TABLES),
  };
};

type Order = (a: SupplierLineFacts, b: SupplierLineFacts) => number;
const byDay: Order = (a, b) => a.expected_on - b.expected_on || a.po_line_id - b.po_line_id;
const newest: Order = (a, b) => b.promised_on - a.promised_on || a.po_line_id - b.po_line_id;
const longest: Order = (a, b) => (b.lead_days ?? 0) - (a.lead_days ?? 0) || a.po_line_id - b.po_line_id;
const ORDERS: Readonly<Record<Figure, Order>> = {
  open: byDay,
  overdue: byDay,
  late: newest,
  lead: longest,
  moved: newest,
};

type Words = readonly [
  po_line_id: number,
  number: string,
  item_code: string,
  item_name: string,
  uom: string,
  site: string,
  received_on: number | null,
];

function inWords({ scan }: QueryContext, lines: readonly SupplierLineFacts[]): SupplierLine[] {
  const rows = scan<Words>(
    `SELECT l.id, p.number, i.code, i.name, i.uom, s.name, l.received_on FROM json_each(?) j
     JOIN main.po_line l ON l.id = j.value JOIN main.purchase_order p ON p.id = l.purchase_order_id
     JOIN main.item i ON i.id = l.item_id JOIN main.site s ON s.id = l.site_id`,
    [JSON.stringify(lines.map(({ po_line_id }) => po_line_id))],
  );
  const words = new Map(rows.map((row) => [row[0], row]));
  return lines.flatMap((line): SupplierLine[] => {
    const said = words.get(line.po_line_id);
    if (said === undefined) return [];
    const [po_line_id, number, item_code, item_name, uom, site, received_on] = said;
    return [
      {
        po_line_id,
        purchase_order_id: line.purchase_order_id,
        number,
        item_code,
        item_name,
        site,
        promised_on: isoDate(line.promised_on),
        expected_on: isoDate(line.expected_on),
        complete_on: line.open || received_on === null ? null : isoDate(received_on),
        lead_days: line.lead_days,
        open_qty_milli: line.open ? line.open_qty_milli : 0,
        uom,
      },
    ];
  });
}
