/** Where the page's focus was before something took it, and where to give it back. */

/** Null where it was nowhere. To be asked before anything of what opens is drawn: a field that focuses itself is too early for effects. */
export function focusNow(): HTMLElement | null {
  const at = document.activeElement;
  return at instanceof HTMLElement && at !== document.body ? at : null;
}

/** The element itself, or, of a cell that was drawn anew meanwhile, the one in its place; null where neither is there. */
export function focusAgain(before: HTMLElement | null): HTMLElement | null {
  if (before === null || before.isConnected) return before;
  const [row_id, column] = [before.closest('[row-id]')?.getAttribute('row-id'), before.getAttribute('col-id')];
  if (row_id == null || column === null) return null;
  return document.querySelector<HTMLElement>(`[row-id="${CSS.escape(row_id)}"] [col-id="${CSS.escape(column)}"]`);
}
