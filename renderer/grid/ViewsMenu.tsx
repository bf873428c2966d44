/** 'Views': how this person looks at a screen, kept under names. The one in use is named on the button. */
import { ChevronDown, Eye } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { GridViewSetting, SavedView } from '#contract/queries/gridView.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useRun } from '#renderer/client/useContract.ts';
import { usePreference, usePreferenceStore } from '#renderer/shell/preferences.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Menu, type MenuEntry } from '#renderer/ui/Menu.tsx';
import { NO_ARRANGEMENT } from './columns.ts';
import { currentView, type GridViewState, NO_VIEW_STATE, sameView, stateOf } from './gridViews.ts';

export interface ViewsMenuProps {
  /** Views are kept for this screen: 'stock'. */
  readonly screen: string;
  /** As people call it: 'Stock'. */
  readonly screenName: string;
  /** Under which id the grid keeps its arrangement when the screen shows these settings. */
  readonly viewIdOf: (settings: Readonly<Record<string, GridViewSetting>>) => string;
  readonly state: GridViewState;
  /** Shows this; without settings: the screen as it was made. */
  readonly onApply: (state: GridViewState) => void;
  /** False when an address said what to show: then no view is laid over it. */
  readonly opens?: boolean;
}

type Asking = { readonly kind: 'save' } | { readonly kind: 'rename' | 'delete'; readonly view: SavedView };

export function ViewsMenu({ screen, screenName, viewIdOf, state, onApply, opens = true }: ViewsMenuProps) {
  const store = usePreferenceStore();
  const inUse = usePreference((preferences) => preferences.view_in_use[screen]) ?? null;
  const viewId = viewIdOf(state.settings);
  const arrangement = usePreference((preferences) => preferences.columns[viewId]) ?? NO_ARRANGEMENT;
  const density = usePreference((preferences) => preferences.density);
  const { data: views } = useAsk('savedViews', { screen });
  const save = useRun('saveView');
  const makeDefault = useRun('setDefaultView');
  const [asking, setAsking] = useState<Asking | null>(null);

  const now = currentView(state, arrangement, density);
  const used = views?.find((view) => view.id === inUse) ?? null;
  const changed = used !== null && !sameView(used.view, now);

  const use = (id: string | null): void =>
    store.setState(({ view_in_use: { [screen]: _left, ...others } }) => ({
      view_in_use: id === null ? others : { ...others, [screen]: id },
    }));
  const apply = (saved: SavedView): void => {
    store.setState((preferences) => ({
      columns: { ...preferences.columns, [viewIdOf(saved.view.settings)]: saved.view.columns },
      density: saved.view.density,
      view_in_use: { ...preferences.view_in_use, [screen]: saved.id },
    }));
    onApply(stateOf(saved.view));
  };

  // The screen opens with the view it was left in, or with the person's own choice for it.
  const opened = useRef(!opens);
  useEffect(() => {
    if (opened.current || views === undefined) return;
    opened.current = true;
    const first = views.find((view) => view.id === inUse) ?? views.find((view) => view.is_default);
    if (first) apply(first);
  });

  const asMade = (): void => {
    store.setState(({ columns: { [viewId]: _left, ...others } }) => ({ columns: others }));
    use(null);
    onApply(NO_VIEW_STATE);
  };

  const entries: MenuEntry[] = [
    ...(views ?? []).map((view) => ({
      kind: 'choice' as const,
      label: view.name,
      ...(view.is_default ? { hint: 'opens with it' } : {}),
      chosen: view.id === inUse,
      onPick: () => apply(view),
    })),
    ...(views && views.length > 0 ? [{ kind: 'line' as const }] : []),
    ...(used
      ? [
          {
            kind: 'action' as const,
            label: `Update “${used.name}”`,
            disabled: !changed,
            onPick: () => save.mutate({ id: used.id, screen, name: used.name, view: now }),
          },
          {
            kind: 'action' as const,
            label: `Go back to “${used.name}” as saved`,
            disabled: !changed,
            onPick: () => apply(used),
          },
        ]
      : []),
    { kind: 'action' as const, label: 'Save as a new view…', onPick: () => setAsking({ kind: 'save' }) },
    ...(used
      ? [
          {
            kind: 'tick' as const,
            label: `Open ${screenName} with it`,
            ticked: used.is_default,
            onToggle: (ticked: boolean) => makeDefault.mutate({ screen, id: ticked ? used.id : null }),
          },
          {
            kind: 'action' as const,
            label: 'Rename…',
            onPick: () => setAsking({ kind: 'rename', view: used }),
          },
          {
            kind: 'action' as const,
            label: 'Delete…',
            onPick: () => setAsking({ kind: 'delete', view: used }),
          },
        ]
      : []),
    { kind: 'line' as const },
    { kind: 'action' as const, label: `${screenName} as it was made`, onPick: asMade },
  ];

  return (
    <>
      <Menu
        label="Views"
        align="end"
        entries={entries}
        trigger={
          <Button kind="plain" icon={<Eye size={14} aria-hidden="true" />}>
            {used ? `${used.name}${changed ? ', changed' : ''}` : 'Views'}
            <ChevronDown size={12} aria-hidden="true" />
          </Button>
        }
      />
      {asking?.kind === 'delete' ? (
        <DeleteDialog
          view={asking.view}
          onClose={() => setAsking(null)}
          onDeleted={() => {
            use(null);
            setAsking(null);
          }}
        />
      ) : asking ? (
        <NameDialog
          screen={screen}
          renamed={asking.kind === 'rename' ? asking.view : null}
          view={now}
          onClose={() => setAsking(null)}
          onSaved={(view) => {
            use(view.id);
            setAsking(null);
          }}
        />
      ) : null}
    </>
  );
}

function NameDialog({
  screen,
  renamed,
  view,
  onClose,
  onSaved,
}: {
  readonly screen: string;
  readonly renamed: SavedView | null;
  readonly view: SavedView['view'];
  readonly onClose: () => void;
  readonly onSaved: (view: SavedView) => void;
}) {
  const [name, setName] = useState(renamed?.name ?? '');
  const save = useRun('saveView');
  const rename = useRun('renameView');
  const run = renamed ? rename : save;
  const submit = (): void => {
    if (renamed) rename.mutate({ id: renamed.id, name }, { onSuccess: onSaved });
    else save.mutate({ screen, name, view }, { onSuccess: onSaved });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={submit}
      title={renamed ? `Rename “${renamed.name}”` : 'Save this view'}
      foot={
        <>
          <Button kind="solid" type="submit" disabled={name.trim() === '' || run.isPending}>
            {renamed ? 'Rename view' : 'Save view'}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <Field
        label="Name"
        value={name}
        maxLength={60}
        autoFocus
        onChange={(event) => setName(event.target.value)}
        wrong={run.error ? errorMessage(run.error) : null}
        hint="Columns, order, filters, grouping and row height are kept. Only you see it, on this machine."
      />
    </Dialog>
  );
}

function DeleteDialog({
  view,
  onClose,
  onDeleted,
}: {
  readonly view: SavedView;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}) {
  const run = useRun('deleteView');
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => run.mutate({ id: view.id }, { onSuccess: onDeleted })}
      title={`Delete “${view.name}”`}
      foot={
        <>
          <Button kind="solid" type="submit" disabled={run.isPending}>
            Delete view
          </Button>
          <Button onClick={onClose}>Keep it</Button>
        </>
      }
    >
      {run.error ? errorMessage(run.error) : 'The rows stay; only this way of looking at them goes.'}
    </Dialog>
  );
}
