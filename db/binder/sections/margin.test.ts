import { expect, test } from 'vitest';
import { stepsOf } from './margin.ts';

const line = {
  channel: 'Counters',
  kind: 'goods',
  gross_minor: 1_000,
  discount_minor: 100,
  net_minor: 900,
  cost_minor: 500,
  freight_minor: 40,
  rebate_minor: 9,
  fee_minor: 5,
  claim_minor: null,
  credit_note_id: null,
};
const document = { ...line, gross_minor: 0, discount_minor: 0, net_minor: 0, cost_minor: null };

test('from GM1 to GM3 of the lines, credits and claims behind; a channel of claims alone comes last', () => {
  const steps = stepsOf(
    [
      line,
      { ...document, kind: 'credit', credit_note_id: 7, gross_minor: -30, net_minor: -30 },
      { ...document, kind: 'claim', claim_minor: 20 },
      { ...document, kind: 'claim', credit_note_id: 8, claim_minor: 11, channel: null },
      { ...line, channel: 'Portal', fee_minor: null },
    ],
    [{ label: 'Portal' }, { label: 'Counters' }],
  );
  const told = steps.map(({ label, figures }) => [
    label,
    ...['gm1', 'outbound_freight', 'gm2', 'rebates', 'channel_fees', 'claims', 'gm3'].map(
      (id) => figures.get(id)?.value ?? null,
    ),
  ]);
  expect(told).toEqual([
    ['Portal', 400, 40, 360, 9, null, 0, null],
    ['Counters', 370, 40, 330, 9, 5, 20, 296],
    ['Unmapped', 0, null, 0, null, null, 11, -11],
  ]);
});
