/** Lines that wait: each with its reason, to be corrected here, saved for a spreadsheet, or dismissed. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ComponentProps, type ReactNode, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { StoreApi } from 'zustand';
import { csvRow, spreadsheetSafe } from '#domain/imports/engine/template.ts';
import type { CallError } from '#renderer/client/callError.ts';
import { saveFile } from '#renderer/client/exportFile.ts';
import { useClient } from '#renderer/client/useContract.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Empty, ErrorState, InlineMessage, LoadingRows } from '#renderer/ui/States.tsx';
import { DismissedLines } from './DismissedLines.tsx';
import { CorrectionPanel } from './CorrectionPanel.tsx';
import { RefusedWholePanel } from './RefusedWholePanel.tsx';
import { exportedName } from '#domain/imports/text/exportedNames.ts';
import { chooseKind, choiceKind, type ImportChoice, type ImportState } from './importState.ts';
import styles from './imports.module.css';
import { importChoices } from './Target.tsx';
import { byWhole, type WaitingLine, type WaitingPage, waitingLines, wholeOf } from './waitingLines.ts';

const LINES = 1000;

export function Quarantine({
  tabs,
  banner,
  offline,
  store,
}: {
  readonly tabs: ReactNode;
  readonly banner: ReactNode;
  readonly offline: boolean;
  readonly store: StoreApi<ImportState>;
}) {
  const client = useClient();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const { session, company, has_company } = useWorkplace();
  // Looking at what waits of another kind leaves an import under way alone.
  const [kind, setKind] = useState(() => store.getState().kind);
  const [open_id, setOpen] = useState<number | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const [is_history, setHistory] = useState(false);
  const company_code = company.code;
  const queryKey = ['importRefused', company_code, kind];
  const refused = useQuery<WaitingPage, CallError>({
    queryKey,
    queryFn: ({ signal }) => waitingLines(client, kind, company_code, LINES, signal),
    enabled: has_company && !offline,
    // Somebody else may have imported since: what waits is asked for anew at each look.
    refetchOnMount: 'always',
  });
  const belonging = choiceKind(kind);
  const together = belonging.whole !== undefined || belonging.entire !== undefined;
  // What belongs together stands together.
  const lines = useMemo(() => refused.data && byWhole(refused.data.lines, belonging), [refused.data, belonging]);
  const total = refused.data?.total ?? 0;
  const open = lines?.find(({ id }) => id === open_id) ?? null;
  const kinds = importChoices(session.may.see_finance);
  const settled = (words: string): void => {
    setSaid(words);
    setOpen(null);
    void queries.invalidateQueries({ queryKey });
  };
  const isOpen = open !== null;
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      ...(is_history ? [] : [{ key: '', cap: '↵', word: 'open line' }]),
      ...(isOpen ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', run: () => setOpen(null), quiet: true }] : []),
    ],
    [isOpen, is_history],
  );
  useKeys('Imports', keys);

  return (
    <ScreenFrame
      title="Imports"
      subtitle={is_history ? `Lines of ${company.name} that were dismissed` : `Lines of ${company.name} that wait`}
      headerRight={
        <>
          {tabs}
          <Button
            onClick={() => {
              setHistory(!is_history);
              setOpen(null);
            }}
          >
            {is_history ? 'Show what waits' : 'Show dismissed'}
          </Button>
          {is_history ? null : (
            <Button
              disabled={!lines || lines.length === 0}
              onClick={() => saveFile(`quarantine-${kind}.csv`, asCsv(kind, lines ?? []))}
            >
              Save as CSV
            </Button>
          )}
        </>
      }
      tools={
        <label className={styles['kind']}>
          Kind{' '}
          <select
            value={kind}
            onChange={(event) => {
              const picked = kinds.find((name) => name === event.target.value);
              if (picked) setKind(picked);
              setOpen(null);
            }}
          >
            {kinds.map((name) => (
              <option key={name} value={name}>
                {choiceKind(name).title}
              </option>
            ))}
          </select>
        </label>
      }
      facts={
        lines && !is_history ? (
          <span>
            {lines.length < total ? `the first ${integer(lines.length)} of ` : ''}
            {counted(total, 'line')} in quarantine
          </span>
        ) : null
      }
      panelLabel="Correction"
      panel={
        open && lines ? (
          <WaitingPanel
            key={open.id}
            entry={open}
            // What belongs together is corrected together.
            siblings={
              together
                ? lines.filter((line) => line.id !== open.id && wholeOf(line, belonging) === wholeOf(open, belonging))
                : []
            }
            kind={kind}
            company_code={company_code}
            offline={offline}
            onClose={() => setOpen(null)}
            onSettled={settled}
            onImport={() => {
              chooseKind(store, kind);
              navigate('/imports');
            }}
          />
        ) : null
      }
    >
      {banner}
      {said ? (
        <div className={styles['message']}>
          <InlineMessage tone="good">{said}</InlineMessage>
        </div>
      ) : null}
      {is_history ? (
        <DismissedLines lines={refused.data?.dismissed ?? null} offline={offline} />
      ) : (
        <MemoryGrid<WaitingLine>
          label="Quarantine"
          viewId="import-quarantine"
          columns={COLUMNS}
          rows={lines ?? []}
          rowKey={(row) => String(row.id)}
          currentKey={open ? String(open.id) : null}
          onDrill={(row) => setOpen(row.id)}
          onWorking={(row) => setOpen(row.id)}
          overlay={
            !has_company || lines?.length === 0 ? (
              <Empty good title="Nothing waits" text={`Every line of ${choiceKind(kind).many} so far is taken in.`} />
            ) : lines ? null : refused.error ? (
              <ErrorState
                title="The quarantine could not be read"
                text={refused.error.message}
                onRetry={() => void refused.refetch()}
              />
            ) : offline ? (
              <ErrorState
                title="The quarantine needs the connection"
                text="Refused lines lie on the server until they are corrected. Nothing of them is lost."
              />
            ) : (
              <LoadingRows rows={9} />
            )
          }
        />
      )}
    </ScreenFrame>
  );
}

/** What was refused as a whole is brought anew, not put right line by line. */
function WaitingPanel(props: ComponentProps<typeof CorrectionPanel> & ComponentProps<typeof RefusedWholePanel>) {
  return props.entry.of_whole || choiceKind(props.kind).entire ? (
    <RefusedWholePanel {...props} />
  ) : (
    <CorrectionPanel {...props} />
  );
}

const COLUMNS: readonly GridColumn<WaitingLine>[] = [
  { id: 'label', header: 'Names', width: 210, sort: 'label', text: (row) => row.label || 'unnamed' },
  { id: 'reason', header: 'Reason', width: 380, sort: 'reason', text: (row) => row.reason },
  { id: 'file', header: 'File', width: 150, sort: 'file', text: (row) => row.file_name, tone: () => 'quiet' },
  {
    id: 'line',
    header: 'Line',
    width: 70,
    align: 'right',
    text: (row) => integer(row.line_number),
    tone: () => 'quiet',
  },
  { id: 'cells', header: 'Cells', width: 360, text: (row) => row.fields.join(' | '), tone: () => 'quiet' },
];

/** As `binnacle quarantine retry` takes it back. Nothing in it runs in a spreadsheet. */
function asCsv(kind: ImportChoice, lines: readonly WaitingLine[]): Blob {
  const columns = [...new Set(lines.flatMap(({ header }) => header))];
  const own =
    kind === 'orders' ? ['line_number', 'invoice', 'ordinal', 'reason'] : ['refused_id', 'line_number', 'reason'];
  const clashing = new Set(own);
  const rows = lines.map(({ id, line_number, identity, reason, header, fields }) => [
    ...(identity
      ? [String(line_number), identity.invoice, String(identity.ordinal)]
      : [String(id), String(line_number)]),
    reason,
    ...columns.map((column) => spreadsheetSafe(fields[header.indexOf(column)] ?? '')),
  ]);
  const head = [...own, ...columns.map((column) => exportedName(column, clashing))];
  return new Blob([[head, ...rows].map((row) => `${csvRow(row)}\r\n`).join('')], { type: 'text/csv;charset=utf-8' });
}
