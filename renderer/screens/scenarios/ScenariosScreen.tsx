/** Scenarios: what if a receipt, the demand or who is served first were otherwise? */
import { useCallback } from 'react';
import { useLocation } from 'wouter';
import { useOnOther, useWorkplace } from '#renderer/shell/workplace.ts';
import { CompareView } from './CompareView.tsx';
import { ScenarioList } from './ScenarioList.tsx';
import { openScenario } from './scenarioWords.ts';

export default function ScenariosScreen() {
  const { company } = useWorkplace();
  const [location, navigate] = useLocation();
  const id = openScenario(location);
  const close = useCallback(() => navigate('/scenarios', { replace: true }), [navigate]);
  useOnOther(company.id, close);
  if (id === null) return <ScenarioList onOpen={(next) => navigate(`/scenarios/${next}`)} />;
  return <CompareView key={id} scenario_id={id} onClose={close} />;
}
