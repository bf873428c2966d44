import { expect, test } from 'vitest';
import type { DraftOrderView } from '#contract/queries.ts';
import { draftCsv } from './draftCsv.ts';

test('a draft leaves with plain figures, in quotes where it must be, and without a formula', () => {
  const line = {
    decision_id: 'a',
    item_id: 1,
    code: 'FA-1',
    name: '=HYPERLINK("x")',
    uom: 'pcs',
    qty_milli: 1_500_000,
    unit_price_micro: 1_250_000,
    value_minor: 187_500,
  } as unknown as DraftOrderView['lines'][number];
  const draft = { number: 'D-1', supplier: 'Bolt, Nut & Co', site: 'AMS', lines: [line] } as unknown as DraftOrderView;
  const [head, first, ...rest] = draftCsv(draft, 'EUR').split('\r\n');
  expect(head).toBe('order,supplier,site,item,name,quantity,unit,unit_price,value,currency');
  expect(first).toBe(`D-1,"Bolt, Nut & Co",AMS,FA-1,"'=HYPERLINK(""x"")",1500,pcs,1.25,1875,EUR`);
  expect(rest).toEqual(['']);
});
