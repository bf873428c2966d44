/** Whether a key may act on the row in focus, or has to wait because that row is only what stands first so far. */

interface Asked {
  readonly data: { readonly still_looking: boolean } | undefined;
  /** What is shown is the answer to an earlier question: another tab, another company. */
  readonly isPlaceholderData: boolean;
}

/**
 * @param asked answers at once, with what is found so far
 * @param whole answers when all of it is found; asked only while `asked` is still looking
 * @param chosen somebody moved to the row: it is what they mean, wherever it stands
 */
export function keysAct(asked: Asked, whole: Asked, chosen: boolean): boolean {
  if (asked.data === undefined || asked.isPlaceholderData) return false;
  if (chosen || !asked.data.still_looking) return true;
  return whole.data !== undefined && !whole.isPlaceholderData;
}
