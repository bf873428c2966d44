/** Where the page's focus was before something took it, and where to give it back. */

/** Null where it was nowhere. To be asked before anything of what opens is drawn: a field that focuses itself is too early for effects. */
export function focusNow(): HTMLElement | null {
  const at = document.activeElement;
  return at instanceof HTMLElement && at !== document.body ? at : null;
}

/**
 * The element itself, or, of a cell that was drawn anew meanwhile, the one in its place. Where it is gone, or cannot be
 * pressed any more, the place of the screen whose keys act; null where that is nowhere.
 */
export function focusAgain(before: HTMLElement | null): HTMLElement | null {
  if (before === null || canHold(before)) return before;
  const [row_id, column] = [before.closest('[row-id]')?.getAttribute('row-id'), before.getAttribute('col-id')];
  const again =
    row_id == null || column === null
      ? null
      : document.querySelector<HTMLElement>(`[row-id="${CSS.escape(row_id)}"] [col-id="${CSS.escape(column)}"]`);
  return again ?? document.querySelector<HTMLElement>(KEYS_ACT);
}

/** False once it is gone or disabled. */
export function canHold(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(':disabled');
}

/** Of a grid the cell that was stood on, of a board its current place. */
const KEYS_ACT = 'main [data-keys] :is(.ag-cell-focus, button[tabindex="0"])';
