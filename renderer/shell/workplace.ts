/** What every screen may ask of its surroundings: who is signed in, which company and month, the time. */
import { createContext, useContext, useEffect, useRef, useState } from 'react';
import type { CompanyView, Session } from '#contract/queries.ts';
import type { CompanyScope } from './companyScope.ts';

export interface Workplace {
  readonly session: Session;
  readonly companies: readonly CompanyView[];
  /** The company of what belongs to one: with all companies in view the one that was chosen last. */
  readonly company: CompanyView;
  /** What the screens that can show several companies show. */
  readonly scope: CompanyScope;
  /** False on an empty server: `company` then stands for none, and only screens that need none are open. */
  readonly has_company: boolean;
  /** yyyymm; null when there are no order lines yet. */
  readonly month: number | null;
  readonly chooseCompany: (company_id: number) => void;
  /** All companies together; null keeps the currency they are shown in. */
  readonly chooseAll: (currency: string | null) => void;
  readonly chooseMonth: (month: number) => void;
  /** Opens an order over whatever is on the screen. */
  readonly openOrder: (order_id: number) => void;
  readonly openPurchase: (purchase_order_id: number) => void;
}

export const WorkplaceContext = createContext<Workplace | null>(null);

export function useWorkplace(): Workplace {
  const workplace = useContext(WorkplaceContext);
  if (!workplace) throw new Error('no signed-in workplace above this component');
  return workplace;
}

/** The wall clock and the style nonce are given at the entry point. */
export interface Surroundings {
  readonly now: () => number;
  readonly styleNonce: string | undefined;
}
export const SurroundingsContext = createContext<Surroundings | null>(null);

export function useSurroundings(): Surroundings {
  const surroundings = useContext(SurroundingsContext);
  if (!surroundings) throw new Error('no surroundings above this component');
  return surroundings;
}

/** The time, refreshed every `every_ms`, for ages and 'today'. */
export function useNow(every_ms = 30_000): number {
  const { now } = useSurroundings();
  const [value, setValue] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setValue(now()), every_ms);
    return () => clearInterval(timer);
  }, [now, every_ms]);
  return value;
}

/** Calls `forget` when something else than before is shown: another company has other sites, suppliers and items. */
export function useOnOther(shown: number | string, forget: () => void): void {
  const latest = useRef({ shown, forget });
  latest.current.forget = forget;
  useEffect(() => {
    if (latest.current.shown === shown) return;
    latest.current.shown = shown;
    latest.current.forget();
  }, [shown]);
}
