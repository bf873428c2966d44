/** A screen of one company while all are in view: one click chooses it. */
import { Button } from '#renderer/ui/Button.tsx';
import { Empty } from '#renderer/ui/States.tsx';
import { ScreenFrame } from './ScreenFrame.tsx';
import { useWorkplace } from './workplace.ts';

export function ChooseCompany({ title, text }: { readonly title: string; readonly text: string }) {
  const { companies, company, chooseCompany } = useWorkplace();
  return (
    <ScreenFrame title={title} subtitle="All companies">
      <Empty
        title={`${title} shows one company at a time`}
        text={text}
        action={companies.map((candidate) => (
          <Button
            key={candidate.id}
            {...(candidate.id === company.id ? { kind: 'solid' as const } : {})}
            onClick={() => chooseCompany(candidate.id)}
          >
            {`Open ${title} of ${candidate.name}`}
          </Button>
        ))}
      />
    </ScreenFrame>
  );
}
