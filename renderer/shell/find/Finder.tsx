/** Ctrl+K: rows by what they are called and commands by what they do. Arrows choose, Enter opens, Tab passes the kinds. */
import { useCallback, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import type { FindHit } from '#contract/queries.ts';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { usePreferenceStore } from '../preferences.ts';
import { useWorkplace } from '../workplace.ts';
import { FinderBody } from './FinderBody.tsx';
import { placesOf } from './places.ts';

const KEPT = 12;

export function Finder({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const openHit = useOpenHit();
  return (
    <Dialog open={open} onClose={onClose} title="Find" middle>
      <FinderBody onClose={onClose} onOpen={openHit} />
    </Dialog>
  );
}

/** Opens a hit at its first or second place, in its own company, and remembers it. */
function useOpenHit(): (hit: FindHit, second: boolean) => void {
  const { session, company, scope, chooseCompany, openOrder, openPurchase } = useWorkplace();
  const [, navigate] = useLocation();
  const store = usePreferenceStore();
  const [next, setNext] = useState<{ readonly company_id: number; readonly path: string } | null>(null);

  // Screens leave what belongs to the company before; only then is the way free.
  useEffect(() => {
    if (next === null || scope.all || next.company_id !== company.id) return;
    setNext(null);
    navigate(next.path);
  }, [next, company.id, scope.all, navigate]);

  return useCallback(
    (hit, second) => {
      const places = placesOf(hit, session.may);
      const { opens } = (second ? places[1] : undefined) ?? places[0];
      store.setState(({ opened }) => {
        const before = (opened[session.user_name] ?? []).filter(({ kind, id }) => kind !== hit.kind || id !== hit.id);
        return {
          opened: { ...opened, [session.user_name]: [{ kind: hit.kind, id: hit.id }, ...before].slice(0, KEPT) },
        };
      });
      if ('order_id' in opens) {
        openOrder(opens.order_id);
        return;
      }
      if ('purchase_order_id' in opens) {
        openPurchase(opens.purchase_order_id);
        return;
      }
      if (scope.all || hit.company_id !== company.id) chooseCompany(hit.company_id);
      setNext({ company_id: hit.company_id, path: opens.path });
    },
    [session, company.id, scope.all, chooseCompany, openOrder, openPurchase, store],
  );
}
