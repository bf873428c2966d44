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
