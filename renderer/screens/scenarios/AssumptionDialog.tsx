/** Assuming something, or assuming it otherwise: refused with its reason before it is kept. */
import { useState } from 'react';
import { ASSUMPTION_KINDS, type AssumptionKind } from '#domain/scenario/assumption.ts';
import { minorDigits } from '#domain/money.ts';
import type { AssumptionView } from '#contract/queries/scenarios.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useRun } from '#renderer/client/useContract.ts';
import { localDate } from '#renderer/format/dates.ts';
import { useNow, useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field, Select } from '#renderer/ui/Field.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { AssumptionFields, useTyped } from './AssumptionFields.tsx';
import { assumed, type Typed } from './typedAssumption.ts';
import { KIND_WORDS } from './scenarioWords.ts';

const KINDS = ASSUMPTION_KINDS.map((value) => ({ value, label: KIND_WORDS[value] }));
const NEW = 'new';

export function AssumptionDialog({
  scenario,
  replaces = null,
  first = {},
  onKept,
  onClose,
}: {
  /** null = it is chosen here, or made. */
  readonly scenario: {
    readonly id: string;
    readonly name: string;
    readonly assumptions: readonly AssumptionView[];
  } | null;
  /** The assumption that becomes another. */
  readonly replaces?: string | null;
  readonly first?: Partial<Typed>;
  readonly onKept?: (scenario_id: string) => void;
  readonly onClose: () => void;
}) {
  const { company } = useWorkplace();
  const today = localDate(useNow());
  const { typed, type } = useTyped(first);
  const [into, setInto] = useState<string | null>(null);
  const [name, setName] = useState('');
  const kept = useAsk('scenarios', { company_id: company.id }, { enabled: scenario === null });
  const open = (kept.data ?? []).filter((each) => each.submitted_at_ms === null);
  const chosen = scenario?.id ?? into ?? open[0]?.id ?? NEW;
  const detail = useAsk(
    'scenario',
    { scenario_id: chosen },
    { enabled: scenario === null && chosen !== NEW, keepPrevious: false },
  );
  const run = useRun('saveScenario');
  const body = assumed(typed, minorDigits(company.currency));
  const no_number = body !== null && Object.values(body).some((value) => Number.isNaN(value));
  const isNew = scenario === null && chosen === NEW;
  const before = scenario?.assumptions ?? (isNew ? [] : detail.data?.assumptions.map(({ assumption }) => assumption));
  const ready = body !== null && !no_number && before !== undefined && !run.isPending && (!isNew || name.trim() !== '');
  const save = (): void => {
    if (!ready) return;
    const next: AssumptionView = { id: replaces ?? crypto.randomUUID(), ...body };
    const assumptions =
      replaces === null ? [...before, next] : before.map((each) => (each.id === replaces ? next : each));
    const named = isNew ? name.trim() : (scenario?.name ?? detail.data?.name ?? '');
    run.mutate(
      { ...(isNew ? {} : { id: chosen }), company_id: company.id, name: named, assumptions: [...assumptions] },
      {
        onSuccess: ({ id }) => {
          onKept?.(id);
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      open
      middle
      onClose={onClose}
      title={replaces === null ? 'Assume' : 'Assume otherwise'}
      aside={scenario?.name}
      onSubmit={save}
      foot={
        <>
          <Button kind="solid" type="submit" disabled={!ready}>
            {replaces === null ? 'Assume it' : 'Change the assumption'}
          </Button>
          <Button onClick={onClose} keyCap="Esc">
            Leave it
          </Button>
        </>
      }
    >
      {scenario === null ? (
        <>
          <Select
            label="Scenario"
            value={chosen}
            options={[
              ...open.map((each) => ({ value: each.id, label: each.name })),
              { value: NEW, label: 'A new scenario' },
            ]}
            onChange={setInto}
          />
          {isNew ? (
            <Field
              label="Name"
              value={name}
              maxLength={60}
              autoComplete="off"
              autoFocus
              onChange={(event) => setName(event.target.value)}
            />
          ) : null}
        </>
      ) : null}
      <Select<AssumptionKind>
        label="What is otherwise"
        value={typed.kind}
        options={KINDS}
        onChange={(kind) => type({ kind })}
      />
      <AssumptionFields typed={typed} today={today} onType={type} />
      {run.error ? <InlineMessage tone="bad">{errorMessage(run.error)}</InlineMessage> : null}
      <InlineMessage tone="quiet">Kept on this machine alone. Nothing is sent before you say so.</InlineMessage>
    </Dialog>
  );
}
