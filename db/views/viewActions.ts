/** What a person does to their saved views; every open window of theirs is told. */
import type { ActionArgs, ActionResults } from '#contract/actions.ts';
import type { ServiceEvents } from '#contract/events.ts';
import type { Connection } from '#db/connection.ts';
import { deleteView, renameView, saveView, savedViewById, setDefaultView } from './savedViews.ts';

type ViewAction = 'saveView' | 'renameView' | 'deleteView' | 'setDefaultView';

export function viewActions(parts: {
  readonly work: () => Connection;
  readonly now_ms: () => number;
  readonly newId: () => string;
  readonly emit: (event: 'views', data: ServiceEvents['views']) => void;
}): { readonly [N in ViewAction]: (args: ActionArgs<N>) => Promise<ActionResults[N]> } {
  return {
    saveView: async (args) => {
      const saved = saveView(parts.work(), args, { now_ms: parts.now_ms(), newId: parts.newId });
      parts.emit('views', { screen: saved.screen });
      return saved;
    },
    renameView: async ({ id, name }) => {
      const renamed = renameView(parts.work(), id, name);
      parts.emit('views', { screen: renamed.screen });
      return renamed;
    },
    deleteView: async ({ id }) => {
      const { screen } = savedViewById(parts.work(), id);
      deleteView(parts.work(), id);
      parts.emit('views', { screen });
      return { id };
    },
    setDefaultView: async ({ screen, id }) => {
      setDefaultView(parts.work(), screen, id);
      parts.emit('views', { screen });
      return { screen, id };
    },
  };
}
