/** Changes of rules: those that wait first; the one that is open is decided beside the list. */
import { useMemo } from 'react';
import type { RuleChangeView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useAsOf } from '#renderer/client/useContract.ts';
import { clock } from '#renderer/format/dates.ts';
import { counted } from '#renderer/format/numbers.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { ChangePanel } from './ChangePanel.tsx';
import { CHANGE_COLUMNS } from './ruleColumns.tsx';
import type { ViewParts } from './RulesScreen.tsx';

export function ChangesView({ tabs, change_id, openChange, closeChange }: ViewParts) {
  const { company } = useWorkplace();
  const { data, error, refetch } = useAsk('ruleChanges', { company_id: company.id });
  const as_of_ms = useAsOf(data?.provenance);
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '↵', word: 'before and after' },
      { key: '', cap: 'Ctrl C', word: 'copy' },
      ...(change_id === null ? [] : [{ key: 'Escape', cap: 'Esc', word: 'close', run: closeChange }]),
    ],
    [change_id, closeChange],
  );
  useKeys('Rules', keys);
  const show = (change: RuleChangeView): void => openChange(change.id);
  return (
    <ScreenFrame
      title="Rules"
      subtitle={[
        data ? `${counted(data.waiting, 'change')} ${data.waiting === 1 ? 'waits' : 'wait'} for approval` : 'changes',
        as_of_ms === null ? '' : `as of ${clock(as_of_ms)}`,
      ]
        .filter(Boolean)
        .join(' · ')}
      headerRight={tabs}
      panelLabel="Change"
      panelWidth_px={464}
      panel={
        change_id === null ? null : (
          <ChangePanel
            key={change_id}
            company_id={company.id}
            change_id={change_id}
            onClose={closeChange}
            onDrafted={closeChange}
          />
        )
      }
    >
      {data && data.changes.length > 0 ? (
        <MemoryGrid<RuleChangeView>
          label="Changes of rules"
          viewId="rule-changes"
          columns={CHANGE_COLUMNS}
          rows={data.changes}
          rowKey={(change) => change.id}
          currentKey={change_id}
          onDrill={show}
          onWorking={show}
          onFocusRow={(change) => {
            if (change_id !== null) show(change);
          }}
        />
      ) : data ? (
        <Empty
          title="No changes yet"
          text="A change of a rule is drafted on its row, or from a file, and stands here until somebody else approves it."
        />
      ) : error ? (
        <ErrorState title="The changes could not be read" text={errorMessage(error)} onRetry={() => void refetch()} />
      ) : (
        <LoadingRows rows={10} />
      )}
    </ScreenFrame>
  );
}
