/** The chosen colour scheme, written where the stylesheet looks: <html data-theme>. */
export type ThemeChoice = 'system' | 'light' | 'dark';

/** 'system' leaves the decision to prefers-color-scheme. */
export function applyTheme(root: HTMLElement, choice: ThemeChoice): void {
  if (choice === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = choice;
}
