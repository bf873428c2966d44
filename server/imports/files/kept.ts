/** An empty cell of a column that cannot be empty leaves what is there. */
export function kept<T>(value: T | null | undefined): T | undefined {
  return value ?? undefined;
}
