/** Ledger: the trial balance at the end of any day as it was known at any moment, down to accounts, entries and their lines. */
import { useState } from 'react';
import { useLocation } from 'wouter';
import { monthOfDay } from '#domain/calendar.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import { useNow, useOnOther, useWorkplace } from '#renderer/shell/workplace.ts';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { NoPermission } from '#renderer/ui/States.tsx';
import { AccountView } from './AccountView.tsx';
import { usualAsOf } from './asOf.ts';
import { TrialBalanceView } from './TrialBalanceView.tsx';

/** Of an address '/ledger/12' the account, of '/ledger/entry/34' the entry beside the trial balance. */
function opened(location: string): { readonly account_id: number | null; readonly entry_id: number | null } {
  const [, , first, second] = location.split('/');
  const positive = (text: string | undefined): number | null => {
    const id = Number(text);
    return Number.isInteger(id) && id > 0 ? id : null;
  };
  return { account_id: positive(first), entry_id: first === 'entry' ? positive(second) : null };
}

export default function LedgerScreen() {
  const { company, month } = useWorkplace();
  const now_ms = useNow();
  // until the first orders are here there is no month in view, and the books have one all the same
  const usual = () => usualAsOf(month ?? monthOfDay(dayInZone(now_ms, company.time_zone)));
  const [location, navigate] = useLocation();
  const { account_id, entry_id } = opened(location);
  const [chosen, setChosen] = useState(usual);
  // a moment half typed is none yet, but a day that is emptied is no day
  const asOf = chosen.as_of_on === '' ? { ...chosen, as_of_on: usual().as_of_on } : chosen;
  useOnOther(month ?? 0, () => setChosen((now) => ({ ...now, ...usual() })));
  useOnOther(company.id, () => navigate('/ledger', { replace: true }));

  if (!company.has_finance) {
    return (
      <ScreenFrame title="Ledger" subtitle={company.name}>
        <NoPermission
          title={`The books of ${company.name} are for Finance`}
          text="Your grants for this company do not include its ledger. An administrator can grant the role."
        />
      </ScreenFrame>
    );
  }
  return account_id === null ? (
    <TrialBalanceView
      asOf={asOf}
      entry_id={entry_id}
      onAsOf={setChosen}
      onAccount={(id) => navigate(`/ledger/${id}`)}
      onCloseEntry={() => navigate('/ledger', { replace: true })}
    />
  ) : (
    <AccountView key={account_id} account_id={account_id} asOf={asOf} onBack={() => navigate('/ledger')} />
  );
}
