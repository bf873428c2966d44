/** One company while its rows are made: who and what it deals with, and the books all its documents go into. */
import type { Books } from './books.ts';
import type { DemoItem } from './catalogue/items.ts';
import type { ForeignTrade } from './foreign.ts';
import type { Step } from './catalogue/levels.ts';
import type { Fault } from './inventory/faults.ts';
import type { DemoCompany } from './companies.ts';
import type { Differences } from './differences/kinds.ts';
import type { DemoCarrier, DemoCustomer, DemoParty, DemoSupplier } from './parties.ts';
import type { Terms } from './pricing/terms.ts';
import type { Random } from './random.ts';
import type { Horizon, Ids } from './size.ts';

export interface CompanyWorld {
  readonly company: DemoCompany;
  readonly items: readonly DemoItem[];
  readonly list_steps: readonly Step[];
  readonly customers: readonly DemoCustomer[];
  readonly suppliers: readonly DemoSupplier[];
  readonly carrier: DemoCarrier;
  readonly cash_customer: DemoParty;
  readonly terms: Terms;
  /** Item id → what is wrong with its records. */
  readonly faults: ReadonlyMap<number, Fault>;
  readonly horizon: Horizon;
  readonly books: Books;
  readonly foreign: ForeignTrade;
  readonly differences: Differences;
  readonly ids: Ids;
  /** Numbers of one subject: more of them for one leaves the others as they were. */
  readonly stream: (subject: string) => Random;
}
