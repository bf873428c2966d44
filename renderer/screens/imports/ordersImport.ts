/** A file of orders: read here first, then sent block by block. What is in stays in; the same file again brings the rest. */
import type { StoreApi } from 'zustand';
import { lineNumberer } from '#domain/imports/orders/lineIdentity.ts';
import { kindRulesWith, type OrderMap } from '#domain/imports/orders/orderMap.ts';
import { orderReader } from '#domain/imports/orders/readOrders.ts';
import type { ContractClient } from '#renderer/client/contractClient.ts';
import { counted } from '#renderer/format/numbers.ts';
import { BACK, type ChosenFile, type ImportState, inWords } from './importState.ts';
import { blocksOf, sentLine } from './sentLines.ts';

/** The command line's own: a file brought here and there has its lines once. */
export const ORDERS_SOURCE = 'orders';

function orderMap({ map }: ChosenFile): OrderMap {
  return { ...map, kinds: kindRulesWith(undefined) };
}

/** Reads every line as the server will, and sends none. */
export async function readOrders(store: StoreApi<ImportState>, currency: string): Promise<void> {
  const { chosen } = store.getState();
  if (!chosen) return;
  store.setState({ ...BACK, step: 'comparing' });
  const stopped = (): boolean => store.getState().step !== 'comparing';
  try {
    const reader = orderReader(orderMap(chosen), chosen.table.header, currency);
    let sent = 0;
    for await (const records of chosen.table.records()) {
      reader.take(records);
      sent += records.length;
      if (stopped()) return;
      store.setState({ sent });
    }
    store.setState({ orders: reader.result(), step: 'preview', sent: 0 });
  } catch (error) {
    store.setState({ step: 'columns', problem: inWords(error) });
  }
}

/** Ends when the file does, or when somebody stops it between two blocks. */
export async function sendOrders(
  store: StoreApi<ImportState>,
  client: ContractClient,
  company_code: string,
): Promise<void> {
  const { chosen } = store.getState();
  if (!chosen) return;
  const { table } = chosen;
  const map = orderMap(chosen);
  store.setState({ step: 'applying', problem: null, sent: 0 });
  let sent = 0;
  try {
    const { import_id } = await client.call('orderImportOpen', {
      source: ORDERS_SOURCE,
      company_code,
      currency: null,
      time_zone: null,
      assumed: { currency: 'EUR', time_zone: 'UTC' },
      file_name: table.name.slice(0, 500),
      header: [...table.header],
      map,
      mode: 'file',
    });
    const identify = lineNumberer(table.header.indexOf(map.columns.invoice ?? ''));
    let block = 1;
    for await (const lines of blocksOf(table, (record) => {
      const { invoice, ordinal } = identify(record);
      return { ...sentLine(record), invoice: invoice.slice(0, 200), ordinal };
    })) {
      if (store.getState().step !== 'applying') break;
      await client.call('orderImportLines', { import_id, block: block++, lines });
      sent += lines.length;
      store.setState({ sent });
    }
    const report = await client.call('orderImportFinish', { import_id });
    if (store.getState().step === 'applying') store.setState({ report, step: 'done', company_code });
    else if (store.getState().step === 'sending')
      store.setState({ step: 'preview', problem: `Stopped. ${wherePast(sent)}` });
  } catch (error) {
    store.setState({ step: 'preview', problem: `${inWords(error)} ${sent === 0 ? '' : wherePast(sent)}`.trim() });
  }
}

/** Stops behind the block that is under way. */
export function stopSending(store: StoreApi<ImportState>): void {
  store.setState({ step: 'sending' });
}

function wherePast(sent: number): string {
  return `${counted(sent, 'line')} went to the server and stay there; the same file again brings the rest and changes nothing of them.`;
}
