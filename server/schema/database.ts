import type { Kysely, Transaction } from 'kysely';
import type * as business from './business.ts';
import type * as operations from './operations.ts';

export interface ServerSchema {
  company: business.CompanyTable;
  site: business.SiteTable;
  channel: business.ChannelTable;
  party: business.PartyTable;
  item: business.ItemTable;
  item_cost: business.ItemCostTable;
  policy: business.PolicyTable;
  stock_balance: business.StockBalanceTable;
  purchase_order: business.PurchaseOrderTable;
  po_line: business.PoLineTable;
  po_line_price: business.PoLinePriceTable;
  sales_order: business.SalesOrderTable;
  order_line: business.OrderLineTable;
  order_line_cost: business.OrderLineCostTable;
  shipment_line: business.ShipmentLineTable;
  item_note: business.ItemNoteTable;
  order_note: business.OrderNoteTable;
  close_period: business.ClosePeriodTable;
  close_task: business.CloseTaskTable;
  close_task_line: business.CloseTaskLineTable;
  signoff: business.SignoffTable;
  mutation_outcome: business.MutationOutcomeTable;
  app_user: operations.AppUserTable;
  access_grant: operations.AccessGrantTable;
  auth_session: operations.AuthSessionTable;
  auth_access_token: operations.AuthAccessTokenTable;
  auth_lockout: operations.AuthLockoutTable;
  server_meta: operations.ServerMetaTable;
  sync_bucket: operations.SyncBucketTable;
  sync_epoch: operations.SyncEpochTable;
  sync_cp: operations.SyncCpTable;
  sync_checkpoint: operations.SyncCheckpointTable;
  sync_outbox: operations.SyncOutboxTable;
  sync_log: operations.SyncLogTable;
  sync_client: operations.SyncClientTable;
}

/** The server's database. Inside a transaction use the transaction only: PGlite has one connection. */
export type Database = Kysely<ServerSchema>;
export type ServerTransaction = Transaction<ServerSchema>;
