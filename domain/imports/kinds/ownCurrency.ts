import { currencyCodeProblem } from '#domain/currency/currencies.ts';

/** What a line of invoices or payments says of the currency its document is made out in. */
export interface CurrencyCells {
  /** The amount in the company's currency. */
  readonly amount: number;
  readonly currency?: string | null | undefined;
  readonly foreign_amount?: number | null | undefined;
}

export interface OwnCurrency {
  readonly currency: string;
  readonly foreign_minor: number;
}

/** What is wrong whatever the company's currency. */
export function currencyProblem({ amount, currency, foreign_amount }: CurrencyCells): string | null {
  const unknown = currency == null ? null : currencyCodeProblem(currency);
  if (unknown !== null) return unknown;
  if (foreign_amount == null) return null;
  if (currency == null) return 'There is an amount in another currency, but no currency. Write which, as USD.';
  if (Math.sign(foreign_amount) * Math.sign(amount) < 0)
    return 'The amount and the amount in its currency have opposite signs.';
  return null;
}

/** Of a line whose amounts are taken in the company's currency alone: why they cannot be. */
export function bookCurrencyProblem(currency: string, company_currency: string): string | null {
  const code = currency.toUpperCase();
  if (code === company_currency) return null;
  return (
    currencyCodeProblem(currency, company_currency) ??
    `The line is in ${code}, and the company keeps its books in ${company_currency}. Give its amounts in ${company_currency}.`
  );
}

/** null = the company's currency; a sentence = why neither. */
export function ownCurrencyOf(cells: CurrencyCells, company_currency: string): OwnCurrency | string | null {
  const { amount, foreign_amount = null } = cells;
  const currency = cells.currency?.toUpperCase() ?? null;
  if (currency === null) return null;
  if (currency === company_currency) {
    return foreign_amount === null || foreign_amount === amount
      ? null
      : `The currency is ${currency}, which the company keeps its books in, but the amount in it is another than the amount.`;
  }
  if (foreign_amount === null)
    return `It is made out in ${currency}, but its amount in ${currency} is missing. The amount is that in ${company_currency}.`;
  if (foreign_amount === 0 && amount !== 0)
    return `Its amount in ${currency} is 0, its amount in ${company_currency} is not.`;
  return { currency, foreign_minor: foreign_amount };
}
