/** What is owed back to customers and taken by channels. Both are rules: a file brings what none is kept of yet. */
import { declareKind } from '#domain/imports/engine/kind.ts';
import { BOOK_CURRENCY } from './documentFields.ts';
import { CHANNEL_NAMES, CUSTOMER_NAMES, FIRST_DAY_NAMES, LAST_DAY_NAMES, OWNER_NAMES } from './names.ts';

const VALID = [
  { name: 'valid_from', label: 'first day', type: 'date', required: true, strong: FIRST_DAY_NAMES, weak: ['start'] },
  { name: 'valid_to', label: 'last day', type: 'date', strong: LAST_DAY_NAMES, weak: ['end'] },
  { name: 'owner', label: 'owner', type: 'code', required: true, strong: OWNER_NAMES },
] as const;

const RATE_NAMES = ['rate', 'ratepercent', 'percent', 'prozent', 'satz', 'taux', 'percentage', 'porcentaje'] as const;

function daysProblem(valid_from: string, valid_to: string | null | undefined): string | null {
  return valid_to != null && valid_to < valid_from ? 'The last day is before the first.' : null;
}

export const REBATES = declareKind({
  kind: 'rebates',
  title: 'Rebate agreements',
  one: 'rebate agreement',
  many: 'rebate agreements',
  about:
    'One line an agreement and its days: the share of net sales a customer gets back, in one channel or in all. An agreement that is kept already is changed on the screen Rules, where somebody else approves it.',
  area: 'finance',
  fields: [
    { name: 'customer', label: 'customer', type: 'code', required: true, strong: CUSTOMER_NAMES },
    { name: 'channel', label: 'channel', type: 'code', strong: CHANNEL_NAMES },
    {
      name: 'agreement',
      label: 'agreement',
      type: 'text',
      required: true,
      strong: ['agreement', 'agreementname', 'vereinbarung', 'bonusvereinbarung', 'accord', 'overeenkomst', 'acuerdo'],
      weak: ['name', 'description'],
    },
    {
      name: 'rebate_percent',
      label: 'rebate in percent',
      type: 'percent',
      required: true,
      min: 0,
      max: 100,
      area: 'cost',
      strong: ['rebatepercent', 'rebate', 'bonus', 'bonussatz', 'remise', 'ristourne', 'bonuspercentage', 'rappel'],
      weak: RATE_NAMES,
    },
    {
      name: 'threshold',
      label: 'net sales it begins at',
      type: 'money',
      required: true,
      min: 0,
      area: 'cost',
      strong: ['threshold', 'fromsales', 'schwelle', 'abumsatz', 'seuil', 'drempel', 'umbral', 'soglia'],
    },
    ...VALID,
    BOOK_CURRENCY,
  ],
  key: ['customer', 'channel', 'valid_from'],
  together: ['customer'],
  check: (row) => (row.rebate_percent === 0 ? 'A rebate of 0 % is none.' : daysProblem(row.valid_from, row.valid_to)),
  measures: [],
  examples: [
    ['C-100', '', 'Year bonus 2026', '2', '100000.00', '2026-01-01', '2026-12-31', 'admin', ''],
    ['C-100', '', 'Year bonus 2027', '2.5', '100000.00', '2027-01-01', '', 'admin', ''],
  ],
});

export const FEES = declareKind({
  kind: 'fees',
  title: 'Channel fees',
  one: 'channel fee',
  many: 'channel fees',
  about:
    'One line a fee and its days: the share of net sales a portal or payment provider takes of a channel. A fee that is kept already is changed on the screen Rules, where somebody else approves it.',
  area: 'finance',
  fields: [
    { name: 'channel', label: 'channel', type: 'code', required: true, strong: CHANNEL_NAMES },
    {
      name: 'fee',
      label: 'fee',
      type: 'text',
      required: true,
      strong: ['fee', 'feename', 'gebühr', 'gebuehr', 'provision', 'commission', 'commissie', 'comision', 'frais'],
      weak: ['name', 'description'],
    },
    {
      name: 'fee_percent',
      label: 'fee in percent',
      type: 'percent',
      required: true,
      min: 0,
      max: 100,
      area: 'cost',
      strong: ['feepercent', 'feerate', 'commissionrate', 'provisionssatz', 'gebührensatz'],
      weak: RATE_NAMES,
    },
    ...VALID,
  ],
  key: ['channel', 'fee', 'valid_from'],
  together: ['channel', 'fee'],
  check: (row) => (row.fee_percent === 0 ? 'A fee of 0 % is none.' : daysProblem(row.valid_from, row.valid_to)),
  measures: [],
  examples: [
    ['Inside sales', 'Portal commission', '7.5', '2026-01-01', '2026-12-31', 'admin'],
    ['Inside sales', 'Portal commission', '8', '2027-01-01', '', 'admin'],
    ['Inside sales', 'Payment provider', '1.4', '2026-01-01', '', 'admin'],
  ],
});
