/** A company's journals, and what each is for: by their kinds reconciliations tell documents from entries by hand. */
import { JOURNAL_KINDS } from '#domain/close/journalKinds.ts';
import { declareKind } from '#domain/imports/engine/kind.ts';

export const JOURNAL_CODES = declareKind({
  kind: 'journals',
  title: 'Journals',
  one: 'journal',
  many: 'journals',
  about:
    'One line a journal of the ledger. The kind says what goes through it, such as sales_invoices, goods_shipped or by_hand; a code that is not here counts as by hand. Name all of them: with the first, the usual codes mean nothing any more.',
  area: 'finance',
  fields: [
    {
      name: 'code',
      label: 'journal code',
      type: 'code',
      required: true,
      strong: ['journal', 'journalcode', 'code', 'shortcode', 'kurzzeichen', 'kürzel', 'diario', 'journalid'],
      weak: ['id', 'nr', 'no', 'number'],
    },
    {
      name: 'name',
      label: 'journal name',
      type: 'text',
      required: true,
      strong: [
        'journalname',
        'name',
        'description',
        'bezeichnung',
        'libelle',
        'libellé',
        'omschrijving',
        'nombre',
        'nome',
      ],
    },
    {
      name: 'kind',
      label: 'kind of journal',
      type: 'choice',
      required: true,
      strong: ['kind', 'type', 'journalkind', 'journaltype', 'art', 'soort', 'tipo'],
      choices: Object.fromEntries(JOURNAL_KINDS.map((kind) => [kind, [kind.replaceAll('_', ' ')]])),
    },
  ],
  key: ['code'],
  measures: [],
  examples: [
    ['INV', 'Customer invoices', 'sales_invoices'],
    ['BILL', 'Vendor bills', 'purchase_bills'],
    ['BNK1', 'Bank', 'all_payments'],
    ['STJ', 'Stock', 'all_stock'],
    ['MISC', 'Miscellaneous operations', 'by_hand'],
    ['P13', 'Year-end closing', 'closing_entries'],
  ],
});
