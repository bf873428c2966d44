/** What was dismissed of a kind: by whom, when and why. */
import type { DismissedEntry } from '#contract/wire/fileImports.ts';
import { dateAndTime } from '#renderer/format/dates.ts';
import { integer } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';

export function DismissedLines({
  lines,
  offline,
}: {
  readonly lines: readonly DismissedEntry[] | null;
  readonly offline: boolean;
}) {
  return (
    <MemoryGrid<DismissedEntry>
      label="Dismissed lines"
      viewId="import-dismissed"
      columns={COLUMNS}
      rows={lines ?? []}
      rowKey={(row) => String(row.id)}
      overlay={
        lines?.length === 0 ? (
          <Empty
            good
            title="Nothing was dismissed"
            text="Lines that somebody dismisses stand here with the reason given."
          />
        ) : lines ? null : offline ? (
          <ErrorState
            title="What was dismissed needs the connection"
            text="It lies on the server and was not read since you signed in. Nothing of it is lost."
          />
        ) : (
          <LoadingRows rows={9} />
        )
      }
    />
  );
}

const COLUMNS: readonly GridColumn<DismissedEntry>[] = [
  { id: 'at', header: 'Dismissed', width: 150, text: (row) => dateAndTime(row.dismissed_at_ms) },
  { id: 'by', header: 'By', width: 120, text: (row) => row.by ?? 'not kept' },
  { id: 'why', header: 'Why', width: 320, text: (row) => row.why ?? 'no reason given' },
  { id: 'label', header: 'Names', width: 200, text: (row) => row.label || 'unnamed' },
  { id: 'reason', header: 'Refused for', width: 340, text: (row) => row.reason, tone: () => 'quiet' },
  { id: 'file', header: 'File', width: 150, text: (row) => row.file_name, tone: () => 'quiet' },
  {
    id: 'line',
    header: 'Line',
    width: 70,
    align: 'right',
    text: (row) => integer(row.line_number),
    tone: () => 'quiet',
  },
];
