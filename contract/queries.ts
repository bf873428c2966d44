/**
 * Questions a screen or a script may ask the replica: name → argument schema and result type, one file a subject in
 * queries/. Arguments are parsed once, in db/dispatch; results are bounded (`limit` ≤ 500 rows a block).
 * Dates are ISO text ('2026-11-05'), months are yyyymm integers, quantities thousandths of the base unit (`_milli`),
 * money minor units (`_minor`), rates basis points of one (`_bp`, 9620 = 96.20 %), null = no data.
 */
import type { z } from 'zod';
import { session, companies, type Session, type CompanyView } from './queries/session.ts';
import {
  stockPositions,
  itemDetail,
  itemMovements,
  type StockPositions,
  type ItemDetail,
  type ItemMovements,
} from './queries/stock.ts';
import {
  orderProposal,
  type OrderProposal,
  replenishment,
  type Replenishment,
  replenishmentRefusals,
  type ReplenishmentRefusals,
  replenishmentWorking,
  type ReplenishmentWorking,
} from './queries/replenishment.ts';
import { promiseDate, type PromiseDate } from './queries/promise.ts';
import { replenishmentDesk, type ReplenishmentDesk } from './queries/replenishmentDesk.ts';
import {
  demandLedger,
  demandLines,
  type DemandLedger,
  type DemandLines,
  forecastOverrides,
  type ForecastOverrides,
  forecasts,
  type Forecasts,
  itemForecast,
  type ItemForecast,
} from './queries/forecast.ts';
import { claimDetail, type ClaimDetail, claims, type Claims } from './queries/claims.ts';
import { itemClasses, type ItemClasses } from './queries/classes.ts';
import { stockByCompany, type StockByCompany } from './queries/stockByCompany.ts';
import { purchaseOrder, type PurchaseOrderView } from './queries/purchases.ts';
import {
  delayRisk,
  delayRiskModel,
  delayRiskWorking,
  type DelayRisk,
  type DelayRiskModel,
  type DelayRiskWorking,
} from './queries/delays.ts';
import { orderDetail, type OrderDetail } from './queries/orders.ts';
import {
  marginBridgeLines,
  marginByChannel,
  marginLines,
  type MarginBridgeLines,
  type MarginByChannel,
  type MarginLines,
} from './queries/margin.ts';
import { fillRate, fillRateLines, type FillRate, type FillRateLines } from './queries/fillRate.ts';
import {
  closePeriods,
  closeBoard,
  closeBinders,
  closeEvidence,
  closeNotes,
  closeTask,
  type ClosePeriodView,
  type CloseBoard,
  type CloseBinders,
  type CloseEvidence,
  type CloseNotes,
  type CloseTaskDetail,
} from './queries/close.ts';
import { fluxTask, type FluxTaskView } from './queries/flux.ts';
import { lineWorking, type LineWorking } from './queries/lineWorking.ts';
import { closeJournal, journalDraft, type CloseJournal, type JournalDraft } from './queries/journal.ts';
import { reconciliation, type ReconciliationView } from './queries/reconcile.ts';
import { find, named, type Found, type Named } from './queries/find.ts';
import {
  marginBridge,
  marginPivot,
  fillPivot,
  type MarginBridge,
  type MarginPivot,
  type FillPivot,
} from './queries/pivot.ts';
import {
  cashOutlook,
  creditList,
  customerCredit,
  openInvoices,
  type CashOutlookView,
  type CreditList,
  type CustomerCredit,
  type OpenInvoices,
} from './queries/credit.ts';
import {
  accountLines,
  ledgerEntry,
  trialBalance,
  type AccountLines,
  type LedgerEntry,
  type TrialBalance,
} from './queries/ledger.ts';
import { marginTieLines, marginTies, type MarginTieLines, type MarginTies } from './queries/ties.ts';
import { syncStatus, outbox, type SyncStatus, type Outbox } from './queries/sync.ts';
import { today, exceptionDetail, type Today, type ExceptionDetail } from './queries/today.ts';
import { exceptions, type Exceptions } from './queries/exceptions.ts';
import { supplierDetail, suppliers, type SupplierDetail, type Suppliers } from './queries/suppliers.ts';
import {
  kpiDefinitions,
  kpiRows,
  kpiValues,
  type KpiDefinitions,
  type KpiRows,
  type KpiValues,
} from './queries/kpi.ts';
import { fulfilment, fulfilmentLine, type Fulfilment, type FulfilmentLine } from './queries/fulfilment.ts';
import { orderApproval, orderApprovals, type OrderApproval, type OrderApprovals } from './queries/approvals.ts';
import { transferOffers, transfers, type TransferOffers, type Transfers } from './queries/transfers.ts';
import { auditChainHere, type AuditChainHere, auditEntries, type AuditEntries } from './queries/trail.ts';
import { savedViews, type SavedView } from './queries/gridView.ts';
import { marginErosion, type MarginErosion, marginErosionLines, type MarginErosionLines } from './queries/erosion.ts';
import { marginLeakage, type MarginLeakage, marginLeakageLines, type MarginLeakageLines } from './queries/leakage.ts';

import {
  scenario,
  scenarioCheck,
  type ScenarioCheck,
  scenarioCompare,
  type ScenarioCompare,
  type ScenarioDetail,
  type ScenarioLine,
  scenarios,
} from './queries/scenarios.ts';
import {
  ruleChange,
  type RuleChangeDetail,
  ruleChanges,
  type RuleChanges,
  ruleAbout,
  type RuleAbout,
  ruleAgain,
  ruleDiff,
  type RuleDiff,
  ruleHistory,
  type RuleHistory,
  rulesInForce,
  type RulesInForce,
} from './queries/rules.ts';

export { Month } from './queries/arguments.ts';
export * from './queries/session.ts';
export * from './queries/conversion.ts';
export * from './queries/columns.ts';
export type { InEdition } from './queries/editions.ts';
export * from './queries/stock.ts';
export * from './queries/promise.ts';
export * from './queries/replenishment.ts';
export * from './queries/replenishmentDesk.ts';
export * from './queries/claims.ts';
export * from './queries/classes.ts';
export * from './queries/forecast.ts';
export * from './queries/stockByCompany.ts';
export * from './queries/purchases.ts';
export * from './queries/delays.ts';
export * from './queries/orders.ts';
export * from './queries/margin.ts';
export * from './queries/lineWorking.ts';
export * from './queries/erosion.ts';
export * from './queries/leakage.ts';
export * from './queries/fillRate.ts';
export * from './queries/lineFilter.ts';
export * from './queries/pivot.ts';
export * from './queries/credit.ts';
export * from './queries/ledger.ts';
export * from './queries/ties.ts';
export * from './queries/close.ts';
export * from './queries/reconcile.ts';
export * from './queries/flux.ts';
export * from './queries/journal.ts';
export * from './queries/find.ts';
export * from './queries/sync.ts';
export * from './queries/today.ts';
export * from './queries/exceptions.ts';
export * from './queries/suppliers.ts';
export * from './queries/kpi.ts';
export * from './queries/gridView.ts';
export * from './queries/fulfilment.ts';
export * from './queries/approvals.ts';
export * from './queries/rules.ts';
export * from './queries/transfers.ts';
export * from './queries/scenarios.ts';
export * from './queries/trail.ts';

export const QUERIES = {
  session,
  companies,
  stockPositions,
  stockByCompany,
  itemDetail,
  itemMovements,
  promiseDate,
  orderProposal,
  orderApprovals,
  orderApproval,
  fulfilment,
  fulfilmentLine,
  itemClasses,
  claims,
  claimDetail,
  transfers,
  transferOffers,
  forecastOverrides,
  forecasts,
  itemForecast,
  demandLedger,
  demandLines,
  replenishment,
  replenishmentRefusals,
  replenishmentWorking,
  replenishmentDesk,
  purchaseOrder,
  delayRisk,
  delayRiskWorking,
  delayRiskModel,
  orderDetail,
  marginByChannel,
  lineWorking,
  marginLines,
  marginBridgeLines,
  marginErosion,
  marginErosionLines,
  marginLeakage,
  marginLeakageLines,
  fillRate,
  fillRateLines,
  marginPivot,
  marginBridge,
  creditList,
  customerCredit,
  openInvoices,
  cashOutlook,
  trialBalance,
  accountLines,
  ledgerEntry,
  marginTies,
  marginTieLines,
  fillPivot,
  closePeriods,
  closeBoard,
  closeTask,
  closeBinders,
  closeEvidence,
  closeNotes,
  reconciliation,
  fluxTask,
  closeJournal,
  journalDraft,
  today,
  exceptionDetail,
  exceptions,
  suppliers,
  supplierDetail,
  find,
  named,
  syncStatus,
  outbox,
  savedViews,
  kpiDefinitions,
  kpiValues,
  kpiRows,
  rulesInForce,
  ruleChanges,
  ruleChange,
  ruleHistory,
  ruleAbout,
  ruleAgain,
  ruleDiff,
  scenarios,
  scenario,
  scenarioCheck,
  scenarioCompare,
  auditEntries,
  auditChainHere,
} as const;

export interface QueryResults {
  session: Session;
  companies: readonly CompanyView[];
  stockPositions: StockPositions;
  stockByCompany: StockByCompany;
  itemDetail: ItemDetail;
  itemMovements: ItemMovements;
  promiseDate: PromiseDate;
  orderProposal: OrderProposal;
  orderApprovals: OrderApprovals;
  orderApproval: OrderApproval;
  fulfilment: Fulfilment;
  fulfilmentLine: FulfilmentLine;
  transfers: Transfers;
  transferOffers: TransferOffers;
  forecastOverrides: ForecastOverrides;
  forecasts: Forecasts;
  itemClasses: ItemClasses;
  claims: Claims;
  claimDetail: ClaimDetail;
  itemForecast: ItemForecast;
  demandLedger: DemandLedger;
  demandLines: DemandLines;
  replenishment: Replenishment;
  replenishmentRefusals: ReplenishmentRefusals;
  replenishmentWorking: ReplenishmentWorking;
  replenishmentDesk: ReplenishmentDesk;
  purchaseOrder: PurchaseOrderView;
  delayRisk: DelayRisk;
  delayRiskWorking: DelayRiskWorking;
  delayRiskModel: DelayRiskModel;
  orderDetail: OrderDetail;
  marginByChannel: MarginByChannel;
  marginLines: MarginLines;
  lineWorking: LineWorking;
  marginBridgeLines: MarginBridgeLines;
  marginErosion: MarginErosion;
  marginErosionLines: MarginErosionLines;
  marginLeakage: MarginLeakage;
  marginLeakageLines: MarginLeakageLines;
  fillRate: FillRate;
  fillRateLines: FillRateLines;
  marginPivot: MarginPivot;
  marginBridge: MarginBridge;
  creditList: CreditList;
  customerCredit: CustomerCredit;
  openInvoices: OpenInvoices;
  cashOutlook: CashOutlookView;
  trialBalance: TrialBalance;
  accountLines: AccountLines;
  ledgerEntry: LedgerEntry;
  marginTies: MarginTies;
  marginTieLines: MarginTieLines;
  fillPivot: FillPivot;
  closePeriods: readonly ClosePeriodView[];
  closeBoard: CloseBoard;
  closeTask: CloseTaskDetail;
  closeNotes: CloseNotes;
  closeBinders: CloseBinders;
  closeEvidence: CloseEvidence;
  reconciliation: ReconciliationView;
  fluxTask: FluxTaskView;
  closeJournal: CloseJournal;
  journalDraft: JournalDraft;
  today: Today;
  exceptionDetail: ExceptionDetail;
  exceptions: Exceptions;
  suppliers: Suppliers;
  supplierDetail: SupplierDetail;
  find: Found;
  named: Named;
  syncStatus: SyncStatus;
  outbox: Outbox;
  savedViews: readonly SavedView[];
  kpiDefinitions: KpiDefinitions;
  kpiValues: KpiValues;
  kpiRows: KpiRows;
  rulesInForce: RulesInForce;
  ruleChanges: RuleChanges;
  ruleChange: RuleChangeDetail;
  ruleHistory: RuleHistory;
  ruleAbout: RuleAbout;
  ruleAgain: RuleDiff;
  ruleDiff: RuleDiff;
  scenarios: readonly ScenarioLine[];
  scenario: ScenarioDetail;
  scenarioCheck: ScenarioCheck;
  scenarioCompare: ScenarioCompare;
  auditEntries: AuditEntries;
  auditChainHere: AuditChainHere;
}

export type QueryName = keyof typeof QUERIES;
/** What a caller passes (defaults may be left out) and what a handler receives. */
export type QueryInput<N extends QueryName> = z.input<(typeof QUERIES)[N]['args']>;
export type QueryArgs<N extends QueryName> = z.output<(typeof QUERIES)[N]['args']>;
