/**
 * PostgreSQL array literals. A block's columns travel as one text parameter each: unlike JavaScript arrays they mean
 * the same to both drivers and cost no type look-up.
 */
export function integerArray(values: Iterable<number | null>): string {
  let text = '{';
  for (const value of values) {
    if (value !== null && !Number.isSafeInteger(value))
      throw new RangeError(`${value} is not a whole number that can be stored`);
    text += text.length > 1 ? `,${value ?? 'NULL'}` : String(value ?? 'NULL');
  }
  return `${text}}`;
}

export function textArray(values: Iterable<string | null>): string {
  let text = '{';
  for (const value of values) {
    const element = value === null ? 'NULL' : `"${/["\\]/.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`;
    text += text.length > 1 ? `,${element}` : element;
  }
  return `${text}}`;
}
