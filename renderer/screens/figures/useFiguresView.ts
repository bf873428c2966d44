/** The view a figure screen shows, held in the address: each step down is a step the browser's Back undoes. */
import { useCallback, useMemo } from 'react';
import { useLocation } from 'wouter';
import { type FiguresView, formatView, parseView, type ViewWords } from './address.ts';

export function useFiguresView<G extends string, M extends string, F extends string>(
  words: ViewWords<G, M, F>,
): readonly [FiguresView<G, M, F>, (change: Partial<FiguresView<G, M, F>>, options?: { replace?: boolean }) => void] {
  const [location, navigate] = useLocation();
  const view = useMemo(() => parseView(location, words), [location, words]);
  const change = useCallback(
    (part: Partial<FiguresView<G, M, F>>, options: { readonly replace?: boolean } = {}) =>
      navigate(formatView({ ...view, ...part }, words), { replace: options.replace ?? false }),
    [navigate, view, words],
  );
  return [view, change];
}
