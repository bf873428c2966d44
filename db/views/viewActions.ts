/** What a person does to their saved views; every open window of theirs is told. */
import type { ActionArgs, ActionResults } from '#contract/actions.ts';
import type { ServiceEvents } from '#contract/events.ts';
import type { OpenReplica } from '#db/replica.ts';
import { deleteView, renameView, saveView, savedViewById, setDefaultView } from './savedViews.ts';

type ViewAction = 'saveView' | 'renameView' | 'deleteView' | 'setDefaultView';

export function viewActions(parts: {
  readonly open: () => Pick<OpenReplica, 'work' | 'words'>;
  readonly now_ms: () => number;
  readonly newId: () => string;
  readonly emit: (event: 'views', data: ServiceEvents['views']) => void;
}): { readonly [N in ViewAction]: (args: ActionArgs<N>) => Promise<ActionResults[N]> } {
  const changed = (screen: string): void => {
    parts.open().words.note();
    parts.emit('views', { screen });
  };
  return {
    saveView: async (args) => {
      const saved = saveView(parts.open().work, args, { now_ms: parts.now_ms(), newId: parts.newId });
      changed(saved.screen);
      return saved;
    },
    renameView: async ({ id, name }) => {
      const renamed = renameView(parts.open().work, id, name);
      changed(renamed.screen);
      return renamed;
    },
    deleteView: async ({ id }) => {
      const { screen } = savedViewById(parts.open().work, id);
      deleteView(parts.open().work, id);
      changed(screen);
      return { id };
    },
    setDefaultView: async ({ screen, id }) => {
      setDefaultView(parts.open().work, screen, id);
      changed(screen);
      return { screen, id };
    },
  };
}
