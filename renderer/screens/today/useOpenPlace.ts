/** Where an exception is solved: its purchase order, or a place on another screen. */
import { useCallback } from 'react';
import { useLocation } from 'wouter';
import type { TodayRow } from '#contract/queries.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { exceptionWords } from './words.ts';

/** False when there is no such place: then its working says all there is. */
export function useOpenPlace(): (row: TodayRow) => boolean {
  const { scope, chooseCompany, openPurchase } = useWorkplace();
  const [, navigate] = useLocation();
  return useCallback(
    (row: TodayRow) => {
      const { place, purchase_order_id } = exceptionWords(row, row.currency);
      if (purchase_order_id !== null) openPurchase(purchase_order_id);
      else if (place === null) return false;
      else {
        // the place is the company's: with all in view it is left for that one
        if (scope.all) chooseCompany(row.company_id);
        navigate(place);
      }
      return true;
    },
    [scope.all, chooseCompany, openPurchase, navigate],
  );
}
