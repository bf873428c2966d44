/** Files on their way in: straight to the server, never queued. */
import type { ActionArgs, ActionResults } from '#contract/actions.ts';
import * as fileImports from './fileImports.ts';
import * as orderImports from './orderImports.ts';
import type { WireClient } from './sync/wireClient.ts';

type ImportAction =
  | 'importOpen'
  | 'importLines'
  | 'importPreview'
  | 'importApply'
  | 'importEarlier'
  | 'importRefused'
  | 'importDismiss'
  | 'importHeld'
  | 'orderImportOpen'
  | 'orderImportLines'
  | 'orderImportFinish'
  | 'orderRefused';

export function importActions(client: () => WireClient): {
  readonly [N in ImportAction]: (args: ActionArgs<N>) => Promise<ActionResults[N]>;
} {
  return {
    importOpen: (args) => fileImports.importOpen(client(), args),
    importLines: (args) => fileImports.importLines(client(), args),
    importPreview: (args) => fileImports.importPreview(client(), args),
    importApply: (args) => fileImports.importApply(client(), args),
    importEarlier: (args) => fileImports.importEarlier(client(), args),
    importRefused: (args) => fileImports.importRefused(client(), args),
    importHeld: (args) => fileImports.importHeld(client(), args),
    importDismiss: (args) => fileImports.importDismiss(client(), args),
    orderImportOpen: (args) => orderImports.orderImportOpen(client(), args),
    orderImportLines: (args) => orderImports.orderImportLines(client(), args),
    orderImportFinish: (args) => orderImports.orderImportFinish(client(), args),
    orderRefused: (args) => orderImports.orderRefused(client(), args),
  };
}
