/** The scenarios of a person: new, renamed, duplicated, deleted and brought back. */
import { useCallback, useMemo, useState } from 'react';
import type { ScenarioLine } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useClient, useRun } from '#renderer/client/useContract.ts';
import { dateAndTime } from '#renderer/format/dates.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { type MarkShape, Status } from '#renderer/ui/Mark.tsx';
import { Banner, Empty, ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';

const NO_ROWS: readonly ScenarioLine[] = [];

type Naming = { readonly how: 'new' } | { readonly how: 'rename' | 'duplicate'; readonly row: ScenarioLine };

export function ScenarioList({ onOpen }: { readonly onOpen: (id: string) => void }) {
  const { company } = useWorkplace();
  const { data, error, refetch } = useAsk('scenarios', { company_id: company.id });
  const [focused, setFocused] = useState<ScenarioLine | null>(null);
  const [naming, setNaming] = useState<Naming | null>(null);
  const [gone, setGone] = useState<ScenarioLine | null>(null);
  const remove = useRun('deleteScenario');
  const restore = useRun('restoreScenario');
  const rows = data ?? NO_ROWS;
  const current = rows.find((row) => row.id === focused?.id) ?? null;

  const drop = useCallback(() => {
    if (current !== null) remove.mutate({ id: current.id }, { onSuccess: () => setGone(current) });
  }, [current, remove]);
  const begin = useCallback(() => setNaming({ how: 'new' }), []);
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'open' },
      { key: 'n', cap: 'N', word: 'new', everywhere: true, run: begin },
      {
        key: 'e',
        cap: 'E',
        word: 'rename',
        run: () => {
          if (current !== null) setNaming({ how: 'rename', row: current });
        },
      },
      {
        key: 'd',
        cap: 'D',
        word: 'duplicate',
        run: () => {
          if (current !== null) setNaming({ how: 'duplicate', row: current });
        },
      },
      { key: 'Delete', cap: 'Del', word: 'delete', run: drop },
    ],
    [begin, current, drop],
  );
  useKeys('Scenarios', keys);
  return (
    <ScreenFrame
      title="Scenarios"
      subtitle={data ? `${counted(rows.length, 'scenario')}, on this machine alone` : ''}
      headerRight={
        <Button kind="solid" keyCap="N" onClick={begin}>
          New scenario
        </Button>
      }
    >
      {gone === null ? null : (
        <Banner
          tone="good"
          action={
            <Button onClick={() => restore.mutate({ id: gone.id }, { onSuccess: () => setGone(null) })}>
              Bring it back
            </Button>
          }
        >
          “{gone.name}” was deleted. It can be brought back for a month.
        </Banner>
      )}
      {remove.error || restore.error ? (
        <InlineMessage tone="bad">{errorMessage(remove.error ?? restore.error)}</InlineMessage>
      ) : null}
      <MemoryGrid<ScenarioLine>
        label="Scenarios"
        viewId="scenarios"
        columns={COLUMNS}
        rows={rows}
        rowKey={(row) => row.id}
        onDrill={(row) => onOpen(row.id)}
        onWorking={(row) => onOpen(row.id)}
        onFocusRow={setFocused}
        overlay={
          data === undefined ? (
            error ? (
              <ErrorState
                title="The scenarios could not be read"
                text={errorMessage(error)}
                onRetry={() => void refetch()}
              />
            ) : (
              <LoadingRows rows={6} />
            )
          ) : rows.length > 0 ? null : (
            <Empty
              title="No scenario yet"
              text="What if a container is two weeks late, demand rises by a third, or a customer is served first? Assume it, and see what differs from today."
              action={
                <Button kind="solid" onClick={begin}>
                  New scenario
                </Button>
              }
            />
          )
        }
      />
      {naming === null ? null : (
        <NameDialog
          naming={naming}
          onDone={(id) => {
            setNaming(null);
            if (naming.how !== 'rename') onOpen(id);
          }}
          onClose={() => setNaming(null)}
        />
      )}
    </ScreenFrame>
  );
}

function NameDialog({
  naming,
  onDone,
  onClose,
}: {
  readonly naming: Naming;
  readonly onDone: (id: string) => void;
  readonly onClose: () => void;
}) {
  const { company } = useWorkplace();
  const client = useClient();
  const run = useRun('saveScenario');
  const [name, setName] = useState(
    naming.how === 'new' ? '' : naming.how === 'rename' ? naming.row.name : `${naming.row.name} 2`.slice(0, 60),
  );
  const [problem, setProblem] = useState<string | null>(null);
  const save = async (): Promise<void> => {
    if (name.trim() === '' || run.isPending) return;
    try {
      const of = naming.how === 'new' ? null : await client.call('scenario', { scenario_id: naming.row.id });
      // a copy stands on its own: its assumptions are others
      const assumptions = (of?.assumptions ?? []).map(({ assumption }) =>
        naming.how === 'duplicate' ? { ...assumption, id: crypto.randomUUID() } : assumption,
      );
      const id = naming.how === 'rename' ? { id: naming.row.id } : {};
      const saved = await run.mutateAsync({ ...id, company_id: company.id, name: name.trim(), assumptions });
      onDone(saved.id);
    } catch (error) {
      setProblem(errorMessage(error));
    }
  };
  const verbs = { new: 'Make the scenario', rename: 'Rename it', duplicate: 'Duplicate it' } as const;
  const titles = { new: 'New scenario', rename: 'Rename the scenario', duplicate: 'Duplicate the scenario' } as const;
  return (
    <Dialog
      open
      onClose={onClose}
      title={titles[naming.how]}
      onSubmit={() => void save()}
      foot={
        <>
          <Button kind="solid" type="submit" disabled={name.trim() === '' || run.isPending}>
            {verbs[naming.how]}
          </Button>
          <Button onClick={onClose} keyCap="Esc">
            Leave it
          </Button>
        </>
      }
    >
      <Field
        label="Name"
        value={name}
        maxLength={60}
        autoFocus
        autoComplete="off"
        onFocus={(event) => event.target.select()}
        onChange={(event) => setName(event.target.value)}
      />
      {problem === null ? null : <InlineMessage tone="bad">{problem}</InlineMessage>}
    </Dialog>
  );
}

function standing({ submitted_at_ms, outcomes }: ScenarioLine): { readonly shape: MarkShape; readonly word: string } {
  if (submitted_at_ms === null) return { shape: 'ring', word: 'Not sent' };
  if (outcomes.refused > 0) return { shape: 'bad', word: `${integer(outcomes.refused)} refused` };
  if (outcomes.waiting > 0) return { shape: 'waiting', word: `${integer(outcomes.waiting)} waiting` };
  return { shape: 'done', word: `${integer(outcomes.accepted)} accepted` };
}

const COLUMNS: readonly GridColumn<ScenarioLine>[] = [
  { id: 'name', header: 'Scenario', width: 320, sort: 'name', sortDescendingFirst: false, text: (row) => row.name },
  {
    id: 'assumptions',
    header: 'Assumptions',
    width: 96,
    align: 'right',
    sort: 'assumptions',
    text: (row) => integer(row.assumptions),
  },
  {
    id: 'standing',
    header: 'Standing',
    width: 150,
    text: (row) => standing(row).word,
    cell: (row) => <Status shape={standing(row).shape}>{standing(row).word}</Status>,
  },
  {
    id: 'saved',
    header: 'Changed',
    width: 140,
    align: 'right',
    sort: 'saved',
    text: (row) => dateAndTime(row.saved_at_ms),
  },
  {
    id: 'sent',
    header: 'Submitted',
    width: 140,
    align: 'right',
    text: (row) => (row.submitted_at_ms === null ? '' : dateAndTime(row.submitted_at_ms)),
  },
];
