/** Random orders and credit notes of which some are another company's, as columns, and the questions pivots are asked. */
import {
  type FillMeasure,
  type FillPivot,
  type MarginMeasure,
  type MarginPivot,
  QUERIES,
  type QueryInput,
} from '#contract/queries.ts';
import { createTestColumns, type TestColumns } from '#db/analysis/testing/columns.ts';
import { fillPivot } from '../fill/fillPivot.ts';
import { marginPivot } from '../margin/marginPivot.ts';
import type { QueryContext } from '../context.ts';
import { AS_OF_MS, COMPANY } from './golden.ts';
import { insertRandomCredits, insertRandomOrders } from './randomOrders.ts';
import { createTestReplica, type TestReplica } from './replicaFixture.ts';

/** Six months of orders; of every `nth` order the lines and shipments are the other company's. */
export interface OtherCompany {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly nth: number;
}

export const PIVOT_RANGE = { from_month: 202606, to_month: 202610 };

export interface PivotStage {
  readonly replica: TestReplica;
  readonly columns: TestColumns;
  readonly context: (role?: string) => QueryContext;
  readonly margin: (input: Partial<QueryInput<'marginPivot'>>, role?: string) => Promise<MarginPivot>;
  readonly fill: (input: Partial<QueryInput<'fillPivot'>>) => Promise<FillPivot>;
}

/** `more` is inserted before the columns are made; `asked` of both questions unless a test asks otherwise. */
export function createPivotStage(
  { nth, ...other }: OtherCompany,
  more: (replica: TestReplica) => void,
  asked: {
    readonly both: Partial<QueryInput<'marginPivot'> & QueryInput<'fillPivot'>>;
    readonly margin: readonly MarginMeasure[];
    readonly fill: readonly FillMeasure[];
  },
): PivotStage {
  const replica = createTestReplica();
  const size = { lines: 2400, items: 40, first_month: 202605 };
  insertRandomOrders(replica, { ...size, seed: 99, months: 6 });
  insertRandomCredits(replica, { ...size, seed: 17, credits: 200, months: 7 });
  replica.insert('company', [{ ...other, time_zone: 'UTC' }]);
  replica.writer.exec(`UPDATE order_line SET company_id = ${other.id} WHERE order_id % ${nth} = 0`);
  more(replica);
  const columns = createTestColumns(replica, { rows: 256, many_lines: 40, many_orders: 15 });
  columns.settle();
  const context = (role = 'controller') => replica.context({ as_of_ms: AS_OF_MS, facts: () => columns.view(), role });
  const common = { ...PIVOT_RANGE, company_ids: [COMPANY], rows: ['channel'], ...asked.both };
  return {
    replica,
    columns,
    context,
    margin: (input, role) => {
      const args = QUERIES.marginPivot.args.parse({ ...common, measures: asked.margin, ...input });
      return columns.reading(() => marginPivot(context(role), args));
    },
    fill: (input) => {
      const args = QUERIES.fillPivot.args.parse({ ...common, measures: asked.fill, ...input });
      return columns.reading(() => fillPivot(context(), args));
    },
  };
}
