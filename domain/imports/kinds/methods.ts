/** How a company's accounts are reconciled, from which month on: how stock is valued, what settles accruals, what is stated. */
import {
  ACCRUAL_ROLES,
  LAST_SETTLEMENT_DAY,
  type MethodRow,
  SETTLEMENTS,
  STATED_ROLES,
  VALUATION_CODE,
} from '#domain/close/reconcile/methods.ts';
import { declareKind } from '#domain/imports/engine/kind.ts';
import { BOOK_CURRENCY } from './documentFields.ts';
import { monthOfText, monthProblem } from './month.ts';

const VALUATIONS = ['perpetual', 'periodic'] as const;
type Method = (typeof VALUATIONS)[number] | (typeof SETTLEMENTS)[number] | 'stated' | 'spread';
const METHOD_WORDS: Readonly<Record<Method, readonly string[]>> = {
  perpetual: ['perpetual inventory', 'permanent'],
  periodic: ['periodic inventory'],
  as_booked: ['as booked'],
  next_month: ['next month'],
  after_quarter: ['after quarter', 'after the quarter'],
  stated: ['stated by us'],
  spread: ['schedule'],
};

const FOR_ACCOUNT: Readonly<Record<string, readonly Method[]>> = {
  inventory: VALUATIONS,
  ...Object.fromEntries(ACCRUAL_ROLES.map((role) => [role, SETTLEMENTS])),
  inventory_reserve: ['stated'],
  prepaid: ['spread'],
};
/** Longest name of what is stated, in characters. */
const MOST_WHAT = 100;

export const METHODS = declareKind({
  kind: 'methods',
  title: 'Reconciliation methods',
  one: 'reconciliation method',
  many: 'reconciliation methods',
  about:
    'One line an account and the month its method begins with. Stock is valued with every document (perpetual) or at the closing (periodic). Freight, fees, rebates and landed costs are settled as_booked, or on a day of the next_month or after_quarter; without a line as booked. What a reserve should be in a month is stated with its basis and amount, what is paid ahead is spread from a month to another. Months whose ledger is locked keep what they have.',
  area: 'finance',
  fields: [
    {
      name: 'account',
      label: 'account by its role',
      type: 'choice',
      required: true,
      strong: ['account', 'role', 'accountrole', 'konto', 'compte', 'rekening', 'cuenta', 'conto'],
      choices: Object.fromEntries(Object.keys(FOR_ACCOUNT).map((role) => [role, [role.replaceAll('_', ' ')]])),
    },
    {
      name: 'from',
      label: 'first month',
      type: 'code',
      required: true,
      strong: ['from', 'frommonth', 'firstmonth', 'validfrom', 'since', 'ab', 'von', 'depuis', 'vanaf', 'desde'],
      weak: ['month', 'monat', 'mois', 'maand'],
    },
    {
      name: 'method',
      label: 'method',
      type: 'choice',
      required: true,
      strong: ['method', 'how', 'settlement', 'valuation', 'methode', 'verfahren', 'metodo'],
      choices: METHOD_WORDS,
    },
    {
      name: 'day',
      label: 'day of settlement',
      type: 'whole',
      min: 1,
      max: LAST_SETTLEMENT_DAY,
      strong: ['day', 'settlementday', 'dayofmonth', 'tag', 'jour', 'dag', 'dia', 'giorno'],
    },
    {
      name: 'what',
      label: 'what it is for',
      type: 'text',
      strong: ['what', 'basis', 'description', 'bezeichnung', 'libelle', 'omschrijving', 'grund'],
      weak: ['name', 'memo'],
    },
    {
      name: 'to',
      label: 'last month',
      type: 'code',
      strong: ['to', 'tomonth', 'lastmonth', 'validto', 'until', 'bis', 'jusqua', 'tot', 'hasta'],
    },
    {
      name: 'amount',
      label: 'amount',
      type: 'money',
      min: 0,
      strong: ['amount', 'betrag', 'montant', 'bedrag', 'importe', 'importo'],
    },
    BOOK_CURRENCY,
  ],
  key: ['account', 'from', 'what'],
  check: (row) => {
    const { account, method, from, to, what, day, amount } = row;
    const problem = monthProblem(from) ?? (to == null ? null : monthProblem(to));
    if (problem !== null) return problem;
    const methods = FOR_ACCOUNT[account] ?? [];
    if (!methods.some((each) => each === method)) {
      return `The method of ${account} is ${methods.join(' or ')}, not ${method}.`;
    }
    const on_day = method === 'next_month' || method === 'after_quarter';
    if (on_day !== (day != null)) {
      return on_day
        ? `Say on which day of the month, 1 to ${LAST_SETTLEMENT_DAY}: column day.`
        : `${method} has no day. Leave it empty.`;
    }
    if (!isStated(account)) {
      return what == null && to == null && amount == null
        ? null
        : `What it is for, a last month and an amount belong to what is stated or spread. Leave them empty.`;
    }
    if (what == null || amount == null) return 'Say what it is for, and the amount.';
    if (what.length > MOST_WHAT || /[\r\n\t]/.test(what))
      return `What it is for is longer than a line of ${MOST_WHAT} characters.`;
    if (account === 'prepaid' && (to == null || amount === 0))
      return 'Say up to which month it is spread, and an amount.';
    return to != null && (monthOfText(to) ?? 0) < (monthOfText(from) ?? 0)
      ? 'The last month is before the first.'
      : null;
  },
  measures: [],
  examples: [
    ['inventory', '2026-01', 'perpetual', '', '', '', '', ''],
    ['freight_accrual', '2026-01', 'as_booked', '', '', '', '', ''],
    ['fee_accrual', '2026-01', 'next_month', '8', '', '', '', ''],
    ['rebate_accrual', '2026-01', 'after_quarter', '20', '', '', '', ''],
    ['inventory_reserve', '2026-10', 'stated', '', 'Stock without demand, 50 %', '2026-10', '1200.00', ''],
    ['prepaid', '2026-01', 'spread', '', 'Fire insurance 2026', '2026-12', '2400.00', ''],
  ],
});

function isStated(account: string): boolean {
  return STATED_ROLES.some((role) => role === account);
}

export interface MethodLine {
  readonly account: string;
  readonly from: string;
  readonly method: string;
  readonly day?: number | null | undefined;
  readonly what?: string | null | undefined;
  readonly to?: string | null | undefined;
  readonly amount?: number | null | undefined;
}

/** A line of the file as it is kept. */
export function methodRowOf({ account, from, method, day, what, to, amount }: MethodLine): MethodRow {
  const from_month = monthOfText(from) ?? 0;
  const to_month = to == null ? from_month : monthOfText(to);
  const settles = ACCRUAL_ROLES.some((role) => role === account);
  return {
    code: account === 'inventory' ? VALUATION_CODE : account,
    from_month,
    what: what ?? '',
    valuation: account === 'inventory' ? method : null,
    settlement: settles ? method : null,
    settlement_day: settles ? (day ?? null) : null,
    to_month: isStated(account) ? to_month : null,
    amount_minor: isStated(account) ? (amount ?? null) : null,
  };
}

/** A line of the file that says the row, cells in the order of the fields. `amountText`: minor units as the file has them. */
export function cellsOfMethod(row: MethodRow, amountText: (amount_minor: number) => string): readonly string[] {
  const { code, from_month, what, valuation, settlement, settlement_day, to_month, amount_minor } = row;
  const account = code === VALUATION_CODE ? 'inventory' : code;
  const method = valuation ?? settlement ?? (code === 'prepaid' ? 'spread' : 'stated');
  const month = (each: number | null): string =>
    each === null ? '' : `${Math.trunc(each / 100)}-${String(each % 100).padStart(2, '0')}`;
  const day = settlement_day === null ? '' : String(settlement_day);
  const amount = amount_minor === null ? '' : amountText(amount_minor);
  return [account, month(from_month), method, day, what, month(to_month), amount, ''];
}
