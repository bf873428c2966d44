/** The types made from the registry are what the hand-written ones were: checked by the compiler, run for its mistakes. */
import { expectTypeOf, test } from 'vitest';
import type { ReadSchema, TableRow } from './tables.ts';

test('a row has the registry’s columns in their resting form', () => {
  expectTypeOf<TableRow<'item'>['active']>().toEqualTypeOf<0 | 1>();
  expectTypeOf<TableRow<'item'>['category']>().toEqualTypeOf<string | null>();
  expectTypeOf<TableRow<'order_line'>['committed_on']>().toEqualTypeOf<number | null>();
  expectTypeOf<TableRow<'sales_order'>['ordered_at']>().toEqualTypeOf<number>();
  expectTypeOf<TableRow<'close_task'>['depends_on']>().toEqualTypeOf<string>();
  expectTypeOf<TableRow<'signoff'>['id']>().toEqualTypeOf<string>();
  expectTypeOf<TableRow<'stock_balance'>['id']>().toEqualTypeOf<number>();
  expectTypeOf<keyof TableRow<'item_cost'>>().toEqualTypeOf<
    'id' | 'ver' | 'bucket' | 'company_id' | 'unit_cost_micro'
  >();
});

test('the schema lists every table and the views of predicted rows', () => {
  expectTypeOf<ReadSchema['v_item_note']['mutation_state']>().toEqualTypeOf<string>();
  expectTypeOf<ReadSchema['v_signoff']['content_hash']>().toEqualTypeOf<string>();
  expectTypeOf<ReadSchema['gl_line']['amount_minor']>().toEqualTypeOf<number>();
});
