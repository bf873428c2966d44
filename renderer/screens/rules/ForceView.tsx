/** The rules that hold on a day, in a grid; the rule under the focus beside it. */
import { useCallback, useMemo, useRef, useState } from 'react';
import { SUBJECTS } from '#domain/governance/subjects.ts';
import type { QueryInput, RulesInForce, RuleView } from '#contract/queries.ts';
import { RULE_SORTS } from '#contract/queries/columns.ts';
import { clock, localDate, weekdayDate } from '#renderer/format/dates.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import { BlockGrid } from '#renderer/grid/BlockGrid.tsx';
import type { GridSort } from '#renderer/grid/columns.ts';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { useBlockQuery } from '#renderer/grid/useBlockQuery.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useNow, useOnOther, useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SearchField, ToolField } from '#renderer/ui/Field.tsx';
import { Empty, EmptyByFilter } from '#renderer/ui/States.tsx';
import { DraftRule } from './DraftDialog.tsx';
import { NewRule } from './NewRule.tsx';
import { rulesColumns } from './ruleColumns.tsx';
import { RulePanel } from './RulePanel.tsx';
import { mayDraftRules } from './ruleWords.ts';
import type { ViewParts } from './RulesScreen.tsx';
import styles from './rules.module.css';

export function ForceView({ subject, channel_id, item_code, tabs, subjects, openChange }: ViewParts) {
  const { company, session } = useWorkplace();
  const now_ms = useNow();
  const [text, setText] = useState(item_code ?? '');
  const [on, setOn] = useState('');
  const [sort, setSort] = useState<GridSort | undefined>();
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const [open, setOpen] = useState<RuleView | null>(null);
  const [making, setMaking] = useState(false);
  const [drafting, setDrafting] = useState<RuleView | null>(null);
  const focused = useRef<RuleView | null>(null);
  const textField = useRef<HTMLInputElement>(null);
  const today = localDate(now_ms);
  const past = on !== '' && on !== today;
  // what held or will hold on another day is looked at; changes begin from what holds now
  const mayDraft = mayDraftRules(session.may, subject) && !past;

  const args = useMemo((): QueryInput<'rulesInForce'> => {
    const column = RULE_SORTS.find((each) => each === sort?.column);
    return {
      company_id: company.id,
      subject,
      ...(text.trim() ? { text: text.trim() } : {}),
      ...(past ? { on } : {}),
      ...(column === undefined ? {} : { sort: { column, descending: sort?.descending ?? false } }),
    };
  }, [company.id, subject, text, past, on, sort]);
  const { result, as_of_ms, coverage, forget, blocks } = useBlockQuery('rulesInForce', args);
  useOnOther(`${company.id} ${subject}`, () => {
    focused.current = null;
    setOpen(null);
    setMaking(false);
    setDrafting(null);
    setSort(undefined);
    forget();
  });
  const columns = useMemo(() => rulesColumns(subject, company.currency), [subject, company.currency]);
  const viewId = `rules-${subject}`;
  const draftOf = useCallback((row: RuleView | null) => {
    if (row !== null) setDrafting(row);
  }, []);
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: 'f', cap: 'F', word: 'filter', run: () => textField.current?.focus() },
      { key: '', cap: '↵', word: 'versions' },
      ...(mayDraft ? [{ key: 'e', cap: 'E', word: 'draft a change', run: () => draftOf(focused.current) }] : []),
      ...(mayDraft ? [{ key: 'n', cap: 'N', word: `new ${SUBJECTS[subject].one}`, run: () => setMaking(true) }] : []),
      { key: '', cap: 'Ctrl C', word: 'copy', help: 'copy the selected cells' },
      ...(open ? [{ key: 'Escape', cap: 'Esc', word: 'close', run: () => setOpen(null) }] : []),
    ],
    [mayDraft, open, draftOf, subject],
  );
  useKeys('Rules', keys);
  return (
    <ScreenFrame
      title="Rules"
      subtitle={[
        past
          ? on < today
            ? `as they held on ${weekdayDate(on, 0)}`
            : `as they will hold on ${weekdayDate(on, 0)}, with what is approved until then`
          : 'in force today',
        as_of_ms === null ? '' : `as of ${clock(as_of_ms)}`,
        result && result.without_owner > 0 ? `${integer(result.without_owner)} without an owner` : '',
        coverage === 'complete' ? '' : coverage,
      ]
        .filter(Boolean)
        .join(' · ')}
      headerRight={
        <>
          {tabs}
          {mayDraft ? (
            <Button keyCap="N" onClick={() => setMaking(true)}>
              New {SUBJECTS[subject].one}
            </Button>
          ) : null}
        </>
      }
      tools={
        <div className={styles['rows']}>
          {subjects}
          <SearchField
            ref={textField}
            label="Filter by name or owner"
            placeholder="Name or owner"
            value={text}
            onText={setText}
          />
          <span className={styles['day']}>
            <ToolField
              type="date"
              label="In force on"
              title="In force on"
              value={on === '' ? today : on}
              onChange={(event) => setOn(event.target.value)}
            />
          </span>
          <GridTools<RuleView>
            viewId={viewId}
            columns={columns}
            files={{ asked: { query: 'rulesInForce', args: { ...args } } }}
          />
        </div>
      }
      facts={
        <SelectionFacts summary={summary}>
          {result ? (
            <span>
              {counted(result.total_rows, SUBJECTS[subject].one, SUBJECTS[subject].many)} ·{' '}
              {integer(result.provenance.elapsed_ms)} ms
            </span>
          ) : null}
        </SelectionFacts>
      }
      panelLabel="Rule"
      panel={
        open ? (
          <RulePanel
            company_id={company.id}
            subject={subject}
            row={open}
            mayDraft={mayDraft}
            onDraft={() => setDrafting(open)}
            onChange={openChange}
            onClose={() => setOpen(null)}
          />
        ) : null
      }
    >
      <BlockGrid<RulesInForce, RuleView>
        label={SUBJECTS[subject].title}
        viewId={viewId}
        columns={columns}
        rowKey={(row) => row.key}
        sort={sort}
        onSort={setSort}
        currentKey={open?.key ?? null}
        {...blocks}
        arriveAt={
          item_code !== null
            ? (row) => row.item_code === item_code
            : channel_id !== null
              ? (row) => row.channel_id === channel_id || row.channel_id === null
              : null
        }
        onDrill={setOpen}
        onWorking={setOpen}
        onFocusRow={(row) => {
          focused.current = row;
          if (open) setOpen(row);
        }}
        onSelection={setSummary}
        empty={
          text.trim() ? (
            <EmptyByFilter
              title={`No ${SUBJECTS[subject].many} match “${text.trim()}”`}
              filters={[{ name: `Contains ${text.trim()}`, onRemove: () => setText('') }]}
            />
          ) : coverage !== 'complete' ? (
            <Empty
              title="Nothing found in the data that is here so far"
              text={`This machine is ${coverage}. What there is appears as it arrives.`}
            />
          ) : (
            <Empty
              title={`No ${SUBJECTS[subject].many} ${past ? 'held that day' : 'yet'}`}
              text={`${company.name} has none${past ? ` on ${weekdayDate(on, 0)}` : ''}. ${mayDraft ? 'Draft the first with N, or bring them from a file.' : 'Who drafts rules brings them.'}`}
            />
          )
        }
      />
      {making ? (
        <NewRule
          company_id={company.id}
          currency={company.currency}
          subject={subject}
          owner={session.user_name}
          now_ms={now_ms}
          onClose={() => setMaking(false)}
        />
      ) : null}
      {drafting ? (
        <DraftRule
          key={drafting.key}
          company_id={company.id}
          currency={company.currency}
          subject={subject}
          row={drafting}
          now_ms={now_ms}
          onClose={() => setDrafting(null)}
        />
      ) : null}
    </ScreenFrame>
  );
}
