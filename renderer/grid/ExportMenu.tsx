/** 'Export': the rows of a view as an Excel or CSV file, made by the service; it can be stopped. */
import { ChevronDown, Download } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ActionInput, ExportFormat } from '#contract/actions.ts';
import { CallError, errorMessage } from '#renderer/client/callError.ts';
import { exportToFile } from '#renderer/client/exportFile.ts';
import { useClient } from '#renderer/client/useContract.ts';
import { usePreference } from '#renderer/shell/preferences.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Menu, type MenuEntry } from '#renderer/ui/Menu.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { arrangedColumns, type GridColumn, NO_ARRANGEMENT } from './columns.ts';

/** The question whose rows leave; the columns shown go along by themselves. */
export type ExportAsked = Pick<ActionInput<'exportRows'>, 'query' | 'args' | 'measure' | 'totals_of' | 'keys'>;

export interface ExportMenuProps<Row> {
  /** The grid whose columns go along; without it only whole rows are offered. */
  readonly grid?: { readonly viewId: string; readonly columns: readonly GridColumn<Row>[] };
  readonly asked: ExportAsked;
  /** Other rows on offer: 'Every position'. */
  readonly more?: readonly { readonly label: string; readonly asked: ExportAsked }[];
  readonly label?: string;
  readonly disabled?: boolean;
}

export function ExportMenu<Row>({ grid, asked, more = [], label = 'Export', disabled }: ExportMenuProps<Row>) {
  const client = useClient();
  const arrangement = usePreference((preferences) => preferences.columns[grid?.viewId ?? '']) ?? NO_ARRANGEMENT;
  const [state, setState] = useState<{ readonly percent: number | null } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const start = useCallback(
    (question: ExportAsked, format: ExportFormat, shown: readonly string[] | null) => {
      const stop = new AbortController();
      running.current = stop;
      setProblem(null);
      setState({ percent: null });
      exportToFile(
        client,
        { ...question, format, ...(shown ? { columns: [...shown] } : {}) },
        {
          signal: stop.signal,
          onProgress: ({ bytes_read, bytes }) =>
            setState({ percent: bytes === 0 ? null : Math.round((bytes_read / bytes) * 100) }),
        },
      )
        .catch((error: unknown) => {
          if (!(error instanceof CallError && error.code === 'cancelled')) setProblem(errorMessage(error));
        })
        .finally(() => {
          if (running.current === stop) setState(null);
        });
    },
    [client],
  );

  const files = (question: ExportAsked, shown: readonly string[] | null): readonly MenuEntry[] => [
    { kind: 'action', label: 'Excel file', hint: '.xlsx', onPick: () => start(question, 'xlsx', shown) },
    { kind: 'action', label: 'CSV file', hint: '.csv', onPick: () => start(question, 'csv', shown) },
  ];
  const entries: MenuEntry[] = [
    ...(grid
      ? [
          { kind: 'heading' as const, label: 'Rows and columns as shown' },
          ...files(
            asked,
            arrangedColumns(grid.columns, arrangement).map((column) => column.id),
          ),
          { kind: 'line' as const },
          { kind: 'heading' as const, label: 'Rows as shown, all columns' },
        ]
      : []),
    ...files(asked, null),
    ...more.flatMap((other): MenuEntry[] => [
      { kind: 'line' },
      { kind: 'heading', label: other.label },
      ...files(other.asked, null),
    ]),
  ];

  return (
    <>
      {problem ? <InlineMessage tone="bad">{problem}</InlineMessage> : null}
      {state ? (
        <Button
          kind="plain"
          icon={<Download size={14} aria-hidden="true" />}
          onClick={() => running.current?.abort()}
          aria-live="polite"
        >
          {state.percent === null ? 'Making the file' : `${state.percent} %`}, stop
        </Button>
      ) : (
        <Menu
          label={label}
          align="end"
          entries={entries}
          trigger={
            <Button kind="plain" icon={<Download size={14} aria-hidden="true" />} disabled={disabled ?? false}>
              {label}
              <ChevronDown size={12} aria-hidden="true" />
            </Button>
          }
        />
      )}
    </>
  );
}
