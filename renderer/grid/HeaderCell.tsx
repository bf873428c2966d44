/** A column's header: its name, its order, its filter, and a menu with everything that can be done to the column. */
import type { CustomHeaderProps } from 'ag-grid-react';
import { ArrowDown, ArrowUp, Funnel, Lock, MoreVertical, Pin } from 'lucide-react';
import { useContext, useEffect, useState } from 'react';
import { Menu, type MenuEntry } from '#renderer/ui/Menu.tsx';
import { type ColumnParams, GridStateContext } from './cells.tsx';
import { FilterPopover } from './FilterPopover.tsx';
import styles from './grid.module.css';

export function HeaderCell<Row>({ eGridHeader, column_definition }: CustomHeaderProps<Row> & ColumnParams<Row>) {
  const { sorts, onSort, actions } = useContext(GridStateContext);
  const [open, setOpen] = useState<'menu' | 'filter' | null>(null);
  const at = sorts.findIndex((sort) => sort.column === column_definition.sort);
  const sorted = sorts[at];
  const state = sorted ? (sorted.descending ? 'descending' : 'ascending') : 'none';
  const sorts_at_all = column_definition.sort !== undefined && actions.sortable;
  useEffect(() => {
    if (!sorts_at_all) return;
    const say = (): void => {
      if (eGridHeader.getAttribute('aria-sort') !== state) eGridHeader.setAttribute('aria-sort', state);
    };
    say();
    // AG Grid knows nothing of our sorting and removes the attribute whenever it refreshes a header.
    const observer = new MutationObserver(say);
    observer.observe(eGridHeader, { attributes: true, attributeFilter: ['aria-sort'] });
    return () => observer.disconnect();
  }, [eGridHeader, sorts_at_all, state]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'ArrowDown' || !event.altKey) return;
      event.preventDefault();
      setOpen('menu');
    };
    const onMenu = (event: MouseEvent): void => {
      event.preventDefault();
      setOpen('menu');
    };
    eGridHeader.addEventListener('keydown', onKey);
    eGridHeader.addEventListener('contextmenu', onMenu);
    return () => {
      eGridHeader.removeEventListener('keydown', onKey);
      eGridHeader.removeEventListener('contextmenu', onMenu);
    };
  }, [eGridHeader]);

  const filterKind = actions.filterKindOf(column_definition.id);
  const filter = filterKind ? actions.filterOf(column_definition.id) : null;
  const pinned = actions.isPinned(column_definition.id);
  const isFirst = actions.isFirst(column_definition.id);
  const entries: MenuEntry[] = [
    ...(sorts_at_all
      ? [
          ...([false, true] as const).map((descending) => ({
            kind: 'choice' as const,
            label: descending ? 'Sort from the largest, Z to A' : 'Sort from the smallest, A to Z',
            chosen: sorted?.descending === descending,
            onPick: () => actions.sortBy(column_definition, descending),
          })),
          ...(sorts.length > 0 && !sorted && actions.manySorts
            ? [
                {
                  kind: 'action' as const,
                  label: 'Then by this column',
                  hint: '⇧ click',
                  onPick: () => onSort(column_definition, true),
                },
              ]
            : []),
          { kind: 'line' as const },
        ]
      : []),
    ...(filterKind
      ? [
          {
            kind: 'action' as const,
            label: filter ? 'Change the filter…' : 'Filter…',
            onPick: () => setOpen('filter'),
          },
          ...(filter
            ? [
                {
                  kind: 'action' as const,
                  label: 'Lift the filter',
                  onPick: () => actions.setFilter(column_definition.id, null),
                },
              ]
            : []),
          { kind: 'line' as const },
        ]
      : []),
    { kind: 'action', label: 'Fit the width', hint: 'double click', onPick: () => actions.fit(column_definition.id) },
    ...(isFirst
      ? []
      : [
          {
            kind: 'tick' as const,
            label: 'Pin to the left',
            ticked: pinned,
            onToggle: (ticked: boolean) => actions.pin(column_definition.id, ticked),
          },
          {
            kind: 'action' as const,
            label: 'Move left',
            hint: '⇧ ←',
            onPick: () => actions.move(column_definition.id, -1),
          },
          {
            kind: 'action' as const,
            label: 'Move right',
            hint: '⇧ →',
            onPick: () => actions.move(column_definition.id, 1),
          },
          { kind: 'action' as const, label: 'Hide', onPick: () => actions.hide(column_definition.id) },
        ]),
  ];

  const Arrow = sorted?.descending ? ArrowDown : ArrowUp;
  return (
    <div
      className={`${styles['head']} ${column_definition.align === 'right' ? styles['headRight'] : ''} ${sorts_at_all ? styles['headSorts'] : ''}`}
      title={column_definition.help}
      onClick={sorts_at_all ? (event) => onSort(column_definition, event.shiftKey) : undefined}
    >
      {sorted ? (
        <>
          <Arrow size={11} strokeWidth={2.5} aria-hidden="true" />
          {sorts.length > 1 ? (
            <small className={styles['rank']}>
              {at + 1}
              <span className={styles['heard']}>. order</span>
            </small>
          ) : null}
        </>
      ) : null}
      {filter ? (
        <>
          <Funnel size={11} strokeWidth={2.5} className={styles['filtered']} aria-hidden="true" />
          <span className={styles['heard']}>filtered</span>
        </>
      ) : null}
      {column_definition.lockedFor ? <Lock size={11} aria-hidden="true" /> : null}
      {pinned && !isFirst ? <Pin size={10} aria-hidden="true" className={styles['filtered']} /> : null}
      <span>{column_definition.header}</span>
      {column_definition.lockedFor ? (
        <span className={styles['heard']}>, for {column_definition.lockedFor}</span>
      ) : null}
      <span
        className={styles['headMenu']}
        // A click here is no click on the header: it must not sort.
        onClick={(event) => event.stopPropagation()}
      >
        <Menu
          label={`Column ${column_definition.header}`}
          align="end"
          open={open === 'menu'}
          onOpen={(next) => setOpen((current) => (next ? 'menu' : current === 'menu' ? null : current))}
          entries={entries}
          trigger={
            <button type="button" tabIndex={-1} aria-label={`Column ${column_definition.header}`}>
              <MoreVertical size={12} aria-hidden="true" />
            </button>
          }
        />
        {open === 'filter' && filterKind ? (
          <FilterPopover
            anchor={eGridHeader}
            header={column_definition.header}
            kind={filterKind}
            column={filterKind.column ?? column_definition.id}
            filter={filter}
            onChange={(next) => actions.setFilter(column_definition.id, next)}
            onClose={() => setOpen(null)}
          />
        ) : null}
      </span>
    </div>
  );
}
