/** A line of a close task, with a reference a spreadsheet would take for a formula, and the content of a task that has it alone. */
import { createHash } from 'node:crypto';
import { signoffContent } from '#domain/close/signoffContent.ts';
import { day } from './golden.ts';

export const CLOSE_LINE = {
  id: 1,
  side: 'ledger',
  ref: '=BILL/1',
  account: '2150',
  booked_on: day('2026-10-30'),
  currency: 'EUR',
  amount_minor: -218_050,
  explanation: null,
};
export const CLOSE_HASH = createHash('sha256')
  .update(signoffContent({ id: 2, code: 'grni' }, [{ ...CLOSE_LINE, booked_on: '2026-10-30' }], []))
  .digest('hex');
