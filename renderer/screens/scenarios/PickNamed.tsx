/** One thing by what it is called: typed, chosen with the arrows and Enter. */
import { useState } from 'react';
import type { FindHit, FindKind } from '#contract/queries.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { SuggestField } from '#renderer/ui/SuggestField.tsx';

/** Shown of those found: what is in use before what is done. */
const MOST = 6;
const FOUND = 24;

export function PickNamed({
  label,
  kind,
  chosen,
  autoFocus = false,
  onChoose,
}: {
  readonly label: string;
  readonly kind: FindKind;
  /** What is chosen, in words; '' = nothing yet. */
  readonly chosen: string;
  readonly autoFocus?: boolean;
  readonly onChoose: (hit: FindHit) => void;
}) {
  const { company } = useWorkplace();
  const [text, setText] = useState<string | null>(null);
  const typed = text?.trim() ?? '';
  const found = useAsk(
    'find',
    { text: typed, company_id: company.id, kinds: [kind], limit: FOUND },
    { enabled: typed !== '' },
  );
  const hits =
    typed === ''
      ? []
      : (found.data?.groups ?? [])
          .flatMap((group) => group.hits)
          .filter((hit) => hit.company_id === company.id)
          .toSorted((a, b) => Number(b.active) - Number(a.active))
          .slice(0, MOST);
  return (
    <SuggestField
      label={label}
      autoFocus={autoFocus}
      placeholder="Code, number or name"
      value={text ?? chosen}
      hint={typed !== '' && hits.length === 0 && found.isSuccess ? 'Nothing here is called that.' : undefined}
      suggested={hits.map((hit) => ({ id: hit.id, code: hit.code, name: hit.title ?? '', hit }))}
      onText={setText}
      onChoose={({ hit }) => {
        setText(null);
        onChoose(hit);
      }}
    />
  );
}
