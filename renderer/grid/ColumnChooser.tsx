import { Columns3 } from 'lucide-react';
import { Button } from '#renderer/ui/Button.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';
import { type GridColumn, isShown } from './columns.ts';
import { useColumnChoice } from './useArrangement.ts';

/** 'Columns 11 of 14': which columns a view shows. */
export function ColumnChooser<Row>({
  viewId,
  columns,
}: {
  readonly viewId: string;
  readonly columns: readonly GridColumn<Row>[];
}) {
  const { arrangement, show, reset } = useColumnChoice(viewId);
  const [first, ...rest] = columns;
  const count = columns.filter((column) => column === first || isShown(column, arrangement)).length;
  return (
    <Menu
      label="Columns"
      align="end"
      trigger={
        <Button kind="plain" icon={<Columns3 size={14} aria-hidden="true" />}>
          Columns {count} of {columns.length}
        </Button>
      }
      entries={[
        ...rest.map((column) => ({
          kind: 'tick' as const,
          label: column.header,
          ticked: isShown(column, arrangement),
          onToggle: (ticked: boolean) => show(column.id, ticked),
        })),
        { kind: 'line' as const },
        { kind: 'action' as const, label: 'Restore order, widths and choice', onPick: reset },
      ]}
    />
  );
}
