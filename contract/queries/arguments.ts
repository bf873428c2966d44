/** Argument schemas that questions share. */
import { z } from 'zod';

export const Month = z
  .int()
  .refine(
    (value) => value >= 190001 && value <= 299912 && value % 100 >= 1 && value % 100 <= 12,
    'a month is yyyymm, such as 202610',
  );
export const Id = z.int().min(1);
export const Text = z.string().max(200);
export const Offset = z.int().min(0).max(10_000_000).default(0);
export const Limit = z.int().min(1).max(500).default(100);
export const Sort = (columns: readonly [string, ...string[]]) =>
  z.object({ column: z.enum(columns), descending: z.boolean().default(false) }).optional();
/** ISO 4217 code of the currency several companies are shown in together; without it they keep one, or money is not added up. */
export const ReportingCurrency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'a currency is three capital letters, such as EUR')
  .optional();
/** One company, or all one may see. */
export const CompanyIds = z.array(Id).min(1).max(50);
