/** Replenishment: what to order, from whom, why; decide, approve, and order. */
import { useEffect, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { useAsk } from '#renderer/client/useContract.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Tabs } from '#renderer/ui/Choice.tsx';
import { ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { APPROVALS_PLACE, arrivedAt } from './arriving.ts';
import { askedRows, isMine } from './approvalRows.ts';
import { ApprovalsView } from './ApprovalsView.tsx';
import { DraftsView } from './DraftsView.tsx';
import { Proposals } from './Proposals.tsx';
import { RefusedView } from './RefusedView.tsx';

type View = 'proposals' | 'drafts' | 'approvals' | 'refused';

export default function ReplenishmentScreen() {
  const { session, company } = useWorkplace();
  const [location] = useLocation();
  const to_approvals = location === APPROVALS_PLACE;
  const [view, setView] = useState<View>(to_approvals ? 'approvals' : 'proposals');
  useEffect(() => {
    if (to_approvals) setView('approvals');
  }, [to_approvals]);
  const arrived = arrivedAt(location);
  const desk = useAsk('replenishmentDesk', { company_id: company.id });
  const data = desk.data;
  const standing = useMemo(() => new Map((data?.decisions ?? []).map((each) => [each.key, each])), [data]);
  const forMe = data ? askedRows(data).filter(isMine).length : 0;
  const open = data?.drafts.filter((each) => each.state === 'draft').length ?? 0;
  const gathered = (data?.ready.length ?? 0) + open;
  const options = [
    { value: 'proposals' as const, label: 'Proposals' },
    { value: 'drafts' as const, label: gathered === 0 ? 'Draft orders' : `Draft orders ${gathered}` },
    { value: 'approvals' as const, label: forMe === 0 ? 'Approvals' : `Approvals ${forMe}` },
    { value: 'refused' as const, label: 'Not proposed' },
  ];
  const tabs = <Tabs label="View" options={options} value={view} onChange={setView} />;
  const { plan: may_plan } = session.may;
  if (view === 'proposals') {
    return (
      <Proposals
        key={`${company.id} ${arrived?.code ?? ''} ${arrived?.site_id ?? 0}`}
        arrived={arrived}
        standing={standing}
        may_plan={may_plan}
        tabs={tabs}
      />
    );
  }
  if (view === 'approvals' && data) return <ApprovalsView key={company.id} desk={data} tabs={tabs} />;
  return (
    <ScreenFrame title="Replenishment" subtitle={company.name} headerRight={tabs}>
      {view === 'refused' ? (
        <RefusedView />
      ) : data ? (
        <DraftsView desk={data} may_plan={may_plan} onAnswer={() => setView('approvals')} />
      ) : desk.error ? (
        <ErrorState
          title="The decisions could not be read"
          text={errorMessage(desk.error)}
          onRetry={() => void desk.refetch()}
        />
      ) : (
        <LoadingRows rows={10} />
      )}
    </ScreenFrame>
  );
}
