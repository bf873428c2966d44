/** Lets refused lines go: asks why first, which is kept with who let them go and stands in the audit trail by its hash. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { KindName } from '#domain/imports/kinds/kinds.ts';
import { useClient } from '#renderer/client/useContract.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';

/** A request names no more lines. */
const LINES_AT_ONCE = 1000;

export function DismissButton({
  words,
  kind,
  company_code,
  ids,
  disabled,
  onSettled,
}: {
  /** 'Dismiss the line' */
  readonly words: string;
  readonly kind: KindName;
  readonly company_code: string;
  readonly ids: readonly number[];
  readonly disabled: boolean;
  readonly onSettled: (words: string) => void;
}) {
  const client = useClient();
  const [asks, setAsks] = useState(false);
  const dismiss = useMutation({
    networkMode: 'always',
    mutationFn: async (reason: string) => {
      for (let at = 0; at < ids.length; at += LINES_AT_ONCE)
        await client.call('importDismiss', { kind, company_code, ids: ids.slice(at, at + LINES_AT_ONCE), reason });
    },
    onSuccess: () =>
      onSettled(
        `${counted(ids.length, 'line')} dismissed; the same file brings ${ids.length === 1 ? 'it' : 'them'} no more.`,
      ),
  });
  return (
    <>
      <Button disabled={disabled} onClick={() => setAsks(true)}>
        {words} …
      </Button>
      {asks ? (
        <ReasonDialog
          title={words}
          middle
          says="What is dismissed is not taken in, and the same file brings it no more."
          button={words}
          label="Why it is not needed"
          hint="Kept with your name; it stands under Show dismissed."
          keeps={false}
          blocked={disabled}
          busy={dismiss.isPending}
          problems={[dismiss.error?.message ?? null]}
          onDecide={(reason) => dismiss.mutate(reason)}
          onClose={() => setAsks(false)}
        />
      ) : null}
    </>
  );
}
