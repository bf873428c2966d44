/** From a figure the close is judged by to the rule it comes from: who drafted it, who approved it, what waits. */
import { useLocation } from 'wouter';
import type { RuleSubject } from '#domain/governance/subjects.ts';
import { Button } from '#renderer/ui/Button.tsx';

export function ThresholdRules({ subject }: { readonly subject: RuleSubject }) {
  const [, navigate] = useLocation();
  return (
    <Button kind="link" onClick={() => navigate(`/rules/${subject}/force`)}>
      Thresholds under Rules ›
    </Button>
  );
}
