/**
 * What a company's journals are for. Reconciliations tell the entries documents bring from those by hand by their journal; its code is
 * the company's own, its kind is one of these. A code nobody gave a kind counts as by hand, and that is said.
 */
export const JOURNAL_KINDS = [
  'sales_invoices',
  'cash_sales',
  'credit_notes',
  'customer_receipts',
  'purchase_bills',
  'supplier_payments',
  'goods_received',
  'goods_shipped',
  'stock_moves',
  'stock_valuation',
  'bank',
  'claims',
  'schedules',
  'intercompany',
  'exchange_differences',
  'opening_balances',
  'closing_entries',
  'by_hand',
  'all_sales',
  'all_payments',
  'all_stock',
] as const;
export type JournalKind = (typeof JOURNAL_KINDS)[number];

export const JOURNAL_KIND_WORDS: Readonly<Record<JournalKind, string>> = {
  sales_invoices: 'Sales invoices',
  cash_sales: 'Cash sales',
  credit_notes: 'Credit notes',
  customer_receipts: 'Receipts from customers',
  purchase_bills: 'Purchase bills',
  supplier_payments: 'Payments to suppliers',
  goods_received: 'Goods received',
  goods_shipped: 'Goods shipped',
  stock_moves: 'Stock moves: counts and scrap',
  stock_valuation: 'Stock valuation',
  bank: 'Bank entries without a document',
  claims: 'Claims',
  schedules: 'Depreciation and schedules',
  intercompany: 'Intercompany',
  exchange_differences: 'Exchange differences',
  opening_balances: 'Opening balances',
  closing_entries: 'Closing entries: the year’s result carried to equity',
  by_hand: 'By hand',
  all_sales: 'Sales: invoices, cash sales and credit notes in one',
  all_payments: 'Payments: receipts, payments and bank in one',
  all_stock: 'Stock: goods received, shipped and moved in one',
};

/** Systems that keep one journal for what others keep apart: its entries may be any of these. */
export const JOURNAL_PARTS: Readonly<Partial<Record<JournalKind, readonly JournalKind[]>>> = {
  all_sales: ['sales_invoices', 'cash_sales', 'credit_notes'],
  all_payments: ['customer_receipts', 'supplier_payments', 'bank'],
  all_stock: ['goods_received', 'goods_shipped', 'stock_moves'],
};

export function isJournalKind(text: string): text is JournalKind {
  return JOURNAL_KINDS.some((kind) => kind === text);
}

export interface JournalCode {
  readonly code: string;
  readonly name: string;
  readonly kind: JournalKind;
}

const journal = (code: string, kind: JournalKind, name: string): JournalCode => ({ code, name, kind });

/** What codes mean for a company that gave none. The names of documents' journals are what their entries say. */
export const USUAL_JOURNALS: readonly JournalCode[] = [
  journal('INV', 'sales_invoices', 'Invoices'),
  journal('CSH', 'cash_sales', 'Cash, card and portal sales'),
  journal('CRN', 'credit_notes', 'Returns and credit notes'),
  journal('REC', 'customer_receipts', 'Payments of customers'),
  journal('BIL', 'purchase_bills', 'Supplier bills'),
  journal('PAY', 'supplier_payments', 'Payments to suppliers'),
  journal('RCV', 'goods_received', 'Receipts of goods'),
  journal('SHP', 'goods_shipped', 'Deliveries'),
  journal('STK', 'stock_moves', 'Count differences and scrap'),
  journal('VAL', 'stock_valuation', 'Stock valuation'),
  journal('BNK', 'bank', 'Bank'),
  journal('CLM', 'claims', 'Costs of claims'),
  journal('DEP', 'schedules', 'Depreciation and schedules'),
  journal('ICO', 'intercompany', 'Intercompany'),
  journal('FXR', 'exchange_differences', 'Exchange differences'),
  journal('OPN', 'opening_balances', 'Opening balances'),
  journal('ADJ', 'by_hand', 'Adjusting entries'),
  journal('GEN', 'by_hand', 'General journal'),
  journal('CLO', 'closing_entries', 'Closing entries'),
];

/** A company's journals as its rules and screens ask for them. */
export interface Journals {
  /** By hand where the code has none. */
  kindOf(code: string): JournalKind;
  /** The company's name for it; null where it gave none. */
  nameOf(code: string): string | null;
  isMapped(code: string): boolean;
  codesOf(kinds: ReadonlySet<JournalKind>): readonly string[];
  /** Under which proposed entries leave: the first of the company's that is by hand. */
  readonly by_hand: string;
}

/** @param own the company's, in the order they were given; none = the usual codes mean what they usually mean */
export function journalsOf(
  own: readonly { readonly code: string; readonly name: string; readonly kind: string }[],
): Journals {
  const byCode = new Map<string, JournalCode>();
  const all = own.length > 0 ? own : USUAL_JOURNALS;
  for (const { code, name, kind } of all) if (isJournalKind(kind)) byCode.set(code, { code, name, kind });
  const known = [...byCode.values()];
  const byHand = known.find(({ kind }) => kind === 'by_hand') ?? USUAL_JOURNALS.find(({ kind }) => kind === 'by_hand');
  return {
    kindOf: (code) => byCode.get(code)?.kind ?? 'by_hand',
    nameOf: (code) => (own.length === 0 ? null : (byCode.get(code)?.name ?? null)),
    isMapped: (code) => byCode.has(code),
    codesOf: (kinds) => known.flatMap(({ code, kind }) => (kinds.has(kind) ? [code] : [])),
    by_hand: byHand?.code ?? 'ADJ',
  };
}

/** Beside the figures, where entries of such journals are among them; null = there are none. */
export function unmappedWords(codes: readonly string[]): string | null {
  const [one] = codes;
  if (one === undefined) return null;
  const named = codes.length === 1 ? `The journal ${one} has` : `The journals ${listed(codes)} have`;
  const them = codes.length === 1 ? 'its entries count' : 'their entries count';
  return `${named} no kind: ${them} as by hand. Say what ${codes.length === 1 ? 'it is' : 'they are'} for under Imports, Journals.`;
}

function listed(codes: readonly string[]): string {
  return `${codes.slice(0, -1).join(', ')} and ${codes.at(-1)}`;
}
