/** What every screen may ask of its surroundings: who is signed in, which company and month, the time. */
import { createContext, useContext, useEffect, useState } from 'react';
import type { CompanyView, Session } from '#contract/queries.ts';

export interface Workplace {
  readonly session: Session;
  readonly companies: readonly CompanyView[];
  readonly company: CompanyView;
  /** False on an empty server: `company` then stands for none, and only screens that need none are open. */
  readonly has_company: boolean;
  /** yyyymm; null when the company has no order lines yet. */
  readonly month: number | null;
  readonly chooseCompany: (company_id: number) => void;
  readonly chooseMonth: (month: number) => void;
  /** Opens an order over whatever is on the screen. */
  readonly openOrder: (order_id: number) => void;
  readonly openPurchase: (purchase_order_id: number) => void;
}

/** Stands where a company would, until the first one is imported. */
export const NO_COMPANY: CompanyView = {
  id: 0,
  code: '',
  name: 'No company yet',
  currency: 'EUR',
  time_zone: 'UTC',
  sites: [],
  channels: [],
  months: [],
  has_finance: false,
};

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
