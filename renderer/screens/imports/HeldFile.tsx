/** What the company has of a kind, as the file that goes in again: close tasks and reconciliation methods leave so. */
import type { KindName } from '#domain/imports/kinds/kinds.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { saveFile } from '#renderer/client/exportFile.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';

/** Kinds that leave whole. */
export const HELD_KINDS: ReadonlySet<string> = new Set<KindName>(['tasks', 'methods']);

export function HeldFile({
  kind,
  company_code,
  label,
  offline,
}: {
  readonly kind: KindName;
  readonly company_code: string;
  /** 'Save the list in force' */
  readonly label: string;
  readonly offline: boolean;
}) {
  const held = useRun('importHeld');
  const name = `${kind}-${company_code}.csv`.replaceAll(/[^\w.-]/g, '_');
  return (
    <>
      <Button
        kind="link"
        disabled={offline || held.isPending}
        onClick={() =>
          held.mutate(
            { kind, company_code },
            { onSuccess: ({ csv }) => saveFile(name, new Blob([csv], { type: 'text/csv;charset=utf-8' })) },
          )
        }
      >
        {label} ›
      </Button>
      {offline ? (
        <InlineMessage tone="quiet">It is on the server; it can be saved once it is connected.</InlineMessage>
      ) : null}
      {held.error ? <InlineMessage tone="bad">{errorMessage(held.error)}</InlineMessage> : null}
    </>
  );
}
