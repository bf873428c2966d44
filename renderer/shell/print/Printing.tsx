/**
 * Ctrl P: reads the rows the screen's grids offer, lays the page out, and hands it to the printer's dialog. A print begun by
 * the browser's or the window's menu finds the same page, of the rows that are here.
 */
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { focusAgain, focusNow } from '#renderer/ui/returnFocus.ts';
import { type KeyAction, useKeys } from '../keys.tsx';
import { type PrintedScreen, PrintSheet } from './PrintSheet.tsx';
import { createPrintDesk, MOST_PRINTED_ROWS, PrintDeskContext } from './printing.ts';

export function Printing({ children }: { readonly children: ReactNode }) {
  const desk = useMemo(() => createPrintDesk(), []);
  const [screen, setScreen] = useState<PrintedScreen | null>(null);
  const busy = useRef(false);
  /** On paper nothing of the screen is there, so whatever had the focus loses it. */
  const before = useRef<HTMLElement | null>(null);

  const print = useCallback(() => {
    if (busy.current) return;
    busy.current = true;
    before.current = focusNow();
    Promise.all(desk.offered().map(({ read }) => read(MOST_PRINTED_ROWS)))
      .then((grids) => setScreen({ ...whatTheScreenSays(), grids, begun: false }))
      // Without its rows a page would say something else than the screen: then nothing is printed.
      .catch(() => {
        busy.current = false;
      });
  }, [desk]);

  useEffect(() => {
    const begin = (): void => {
      // Ours lays its page out before it calls the browser.
      if (document.querySelector('[data-print-sheet]')) return;
      before.current = focusNow();
      const grids = desk.offered().map(({ atHand }) => atHand(MOST_PRINTED_ROWS));
      flushSync(() => setScreen({ ...whatTheScreenSays(), grids, begun: true }));
    };
    window.addEventListener('beforeprint', begin);
    return () => window.removeEventListener('beforeprint', begin);
  }, [desk]);

  useEffect(() => {
    if (!screen) return;
    const done = (): void => {
      busy.current = false;
      setScreen(null);
      // whoever went elsewhere meanwhile stays there
      if (focusNow() === null) focusAgain(before.current)?.focus({ preventScroll: true });
    };
    window.addEventListener('afterprint', done, { once: true });
    // Two frames: the sheet is in the document and its charts are copied.
    const frame = screen.begun ? null : requestAnimationFrame(() => requestAnimationFrame(() => window.print()));
    return () => {
      if (frame !== null) cancelAnimationFrame(frame);
      window.removeEventListener('afterprint', done);
    };
  }, [screen]);

  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: 'ctrl+p', cap: 'Ctrl P', word: 'print', help: 'this screen, on A4 landscape', run: print, quiet: true },
    ],
    [print],
  );
  useKeys('Printing', keys);

  return (
    <PrintDeskContext value={desk}>
      {children}
      {screen ? <PrintSheet screen={screen} /> : null}
    </PrintDeskContext>
  );
}

/** Title, subtitle and filters as they stand in the header and tools; the charts that are drawn. */
function whatTheScreenSays(): Omit<PrintedScreen, 'grids' | 'begun'> {
  const main = document.querySelector('main');
  const text = (element: Element | null | undefined): string => element?.textContent?.trim() ?? '';
  // what stands side by side on the screen is one word in its text
  const apart = (element: Element): string =>
    (element instanceof HTMLElement ? element.innerText : text(element)).trim().replaceAll(/\s*\n\s*/g, ', ');
  const said = [...(main?.querySelectorAll('[data-print="said"]') ?? [])].map(apart).filter(Boolean);
  return {
    title: text(main?.querySelector('h1')).replaceAll(/\s*›\s*/g, ' › '),
    said,
    charts: [...(main?.querySelectorAll('[data-print="chart"]') ?? [])],
  };
}
