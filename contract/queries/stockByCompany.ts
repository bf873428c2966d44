/** What lies in stock at all companies together, by company and category, in one currency. */
import { z } from 'zod';
import { CompanyIds, ReportingCurrency } from './arguments.ts';
import type { Conversion } from './conversion.ts';
import type { Provenance } from './session.ts';

export const stockByCompany = {
  args: z.strictObject({ company_ids: CompanyIds, reporting_currency: ReportingCurrency }),
};
export interface StockPart {
  readonly label: string;
  readonly items: number;
  /** Positions short, below their minimum or negative. */
  readonly troubled: number;
  /** In the company's currency; null = not for this user, or a cost is not known. */
  readonly value_minor: number | null;
  /** In the currency of the answer, at the closing rate of the month; null also where that rate is not here. */
  readonly shown_minor: number | null;
}
export interface CompanyStock extends StockPart {
  readonly company_id: number;
  readonly currency: string;
  readonly sites: number;
  /** They add up to the company where every value is known. */
  readonly categories: readonly StockPart[];
}
export interface StockByCompany {
  /** In the order asked. */
  readonly companies: readonly CompanyStock[];
  readonly total_minor: number | null;
  /** Of all of them. */
  readonly items: number;
  readonly troubled: number;
  /** False: values are null because they are not for this user, at one company at least. */
  readonly cost_visible: boolean;
  readonly currency: string;
  readonly conversion: Conversion | null;
  readonly provenance: Provenance;
}
