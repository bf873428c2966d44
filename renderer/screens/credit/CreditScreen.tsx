/** Credit: who owes what for how long, whom to ask today, and what the bank will hold. */
import { useState } from 'react';
import { useLocation } from 'wouter';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useOnOther, useWorkplace } from '#renderer/shell/workplace.ts';
import { NoPermission } from '#renderer/ui/States.tsx';
import { CashView } from './CashView.tsx';
import { CustomersView } from './CustomersView.tsx';

/** '/credit/12' → 12 */
function openCustomer(location: string): number | null {
  const id = Number(location.split('/')[2]);
  return Number.isInteger(id) && id > 0 ? id : null;
}

export default function CreditScreen() {
  const { company } = useWorkplace();
  const [location, navigate] = useLocation();
  const [view, setView] = useState<'customers' | 'cash'>('customers');
  useOnOther(company.id, () => navigate('/credit', { replace: true }));
  if (!company.has_finance) {
    return (
      <ScreenFrame title="Credit" subtitle={company.name}>
        <NoPermission
          title={`What customers of ${company.name} owe is for Finance`}
          text="Your grants for this company do not include its ledger. An administrator can grant the role."
        />
      </ScreenFrame>
    );
  }
  return view === 'cash' ? (
    <CashView onView={setView} />
  ) : (
    <CustomersView
      open_id={openCustomer(location)}
      onOpen={(party_id) => navigate(party_id === null ? '/credit' : `/credit/${party_id}`, { replace: true })}
      onView={setView}
    />
  );
}
