/** Which change of an account asks for words, from a month on. */
import { z } from 'zod';
import { MOST_RATE_BP } from '#domain/close/flux/thresholds.ts';

const Amount = z.int('An amount is a whole number of minor units.').min(0, 'An amount is not negative.');
const Rate = z
  .int('A share is a whole number of hundredths of a per cent.')
  .min(0, 'A share is not negative.')
  .max(MOST_RATE_BP, `A share is ${MOST_RATE_BP / 100} % at the most.`);

export const setFluxThreshold = {
  args: z.strictObject({
    company_id: z.int().min(1),
    from_period: z
      .int()
      .refine(
        (period) => period >= 190001 && period <= 299912 && period % 100 >= 1 && period % 100 <= 12,
        'a month is yyyymm',
      ),
    amount_minor: Amount,
    rate_bp: Rate,
    reason: z.string().trim().min(1, 'Say why.').max(500, 'A reason holds up to 500 characters.'),
    /** What held for the month as the person saw it: the server refuses if somebody set others meanwhile. */
    seen_amount_minor: Amount,
    seen_rate_bp: Rate,
  }),
};
