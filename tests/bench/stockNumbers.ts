/** How many of what the replica of 160,000 positions has, and how its rows are made of numbers. */
export const STOCK_COMPANY = 1;
export const STOCK_TODAY = 20_762;
export const POSITIONS = 160_000;
export const ITEMS = 45_000;
export const SITES = 12;

/** A number from 0 to 2^24 − 1 that looks random, from an SQL expression. */
export const random = (of: string, salt: number): string => `(((${of} + ${salt * 7919}) * 2654435761 >> 9) & 16777215)`;

export const numbers = (most: number): string =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${most})`;
