/** Every question the reading side answers; session, syncStatus, outbox and savedViews are the service's own. */
import type { QueryName } from '#contract/queries.ts';
import { auditChainHere } from './audit/auditChainHere.ts';
import { auditEntries } from './audit/auditEntries.ts';
import { orderApproval } from './approvals/orderApproval.ts';
import { orderApprovals } from './approvals/orderApprovals.ts';
import { closeBoard } from './close/closeBoard.ts';
import { closePeriods } from './close/closePeriods.ts';
import { closeBinders } from './close/closeBinders.ts';
import { closeEvidence } from './close/closeEvidence.ts';
import { closeJournal, journalDraft } from './close/closeJournal.ts';
import { closeNotes } from './close/closeNotes.ts';
import { closeTask } from './close/closeTask.ts';
import { fluxTask } from './close/fluxTask.ts';
import { reconciliation } from './close/reconciliation.ts';
import type { QueryHandler } from './context.ts';
import { fillPivot } from './fill/fillPivot.ts';
import { fillRate } from './fill/fillRate.ts';
import { fillRateLines } from './fill/fillRateLines.ts';
import { fulfilment } from './fulfilment/fulfilment.ts';
import { fulfilmentLine } from './fulfilment/fulfilmentLine.ts';
import { transferOffers } from './transfers/transferOffers.ts';
import { transfers } from './transfers/transfers.ts';
import { demandLedger } from './forecast/demandLedger.ts';
import { demandLines } from './forecast/demandLines.ts';
import { claimDetail } from './claims/claimDetail.ts';
import { claims } from './claims/claims.ts';
import { itemClasses } from './classes/itemClasses.ts';
import { forecastOverrides } from './forecast/forecastOverrides.ts';
import { forecasts } from './forecast/forecasts.ts';
import { itemForecast } from './forecast/itemForecast.ts';
import { kpiRows } from './kpi/kpiRows.ts';
import { kpiValues } from './kpi/kpiValues.ts';
import { ruleAbout } from './rules/ruleAbout.ts';
import { ruleChange, ruleChanges, ruleHistory } from './rules/ruleChanges.ts';
import { ruleAgain, ruleDiff } from './rules/ruleDiff.ts';
import { rulesInForce } from './rules/rulesInForce.ts';
import { find } from './find/find.ts';
import { named } from './find/named.ts';
import { marginBridge } from './margin/marginBridge.ts';
import { marginBridgeLines } from './margin/marginBridgeLines.ts';
import { marginByChannel } from './margin/marginByChannel.ts';
import { marginErosion } from './erosion/marginErosion.ts';
import { marginErosionLines } from './erosion/marginErosionLines.ts';
import { marginLeakage } from './leakage/marginLeakage.ts';
import { marginLeakageLines } from './leakage/marginLeakageLines.ts';
import { marginPivot } from './margin/marginPivot.ts';
import { cashOutlook } from './credit/cashOutlook.ts';
import { creditList } from './credit/creditList.ts';
import { openInvoices } from './credit/openInvoices.ts';
import { customerCredit } from './credit/customerCredit.ts';
import { accountLines } from './ledger/accountLines.ts';
import { ledgerEntry } from './ledger/ledgerEntry.ts';
import { trialBalance } from './ledger/trialBalance.ts';
import { marginTieLines, marginTies } from './margin/marginTies.ts';
import { lineWorking } from './margin/lineWorking.ts';
import { marginLines } from './margin/marginLines.ts';
import { orderDetail } from './orders/orderDetail.ts';
import { purchaseOrder } from './purchases/purchaseOrder.ts';
import { companies } from './reference/companies.ts';
import { kpiDefinitions } from './reference/kpiDefinitions.ts';
import { delayRisk } from './risk/delayRisk.ts';
import { delayRiskModel } from './risk/delayRiskModel.ts';
import { delayRiskWorking } from './risk/delayRiskWorking.ts';
import { itemDetail } from './stock/itemDetail.ts';
import { scenario, scenarioCheck } from './scenario/scenario.ts';
import { scenarioCompare } from './scenario/scenarioCompare.ts';
import { scenarios } from './scenario/scenarios.ts';
import { orderProposal } from './replenishment/orderProposal.ts';
import { replenishment } from './replenishment/replenishment.ts';
import { replenishmentDesk } from './replenishment/replenishmentDesk.ts';
import { replenishmentRefusals } from './replenishment/replenishmentRefusals.ts';
import { replenishmentWorking } from './replenishment/replenishmentWorking.ts';
import { itemMovements } from './stock/itemMovements.ts';
import { promiseDate } from './stock/promiseDate.ts';
import { stockByCompany } from './stock/stockByCompany.ts';
import { stockPositions } from './stock/stockPositions.ts';
import { exceptions } from './today/allExceptions.ts';
import { supplierDetail } from './suppliers/supplierDetail.ts';
import { suppliers } from './suppliers/suppliers.ts';
import { exceptionDetail } from './today/exceptionDetail.ts';
import { today } from './today/today.ts';

export type ReaderQueryName = Exclude<QueryName, 'session' | 'syncStatus' | 'outbox' | 'savedViews'>;

export const QUERY_HANDLERS: { readonly [N in ReaderQueryName]: QueryHandler<N> } = {
  companies,
  today,
  exceptionDetail,
  exceptions,
  suppliers,
  supplierDetail,
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
  claims,
  claimDetail,
  itemClasses,
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
  marginLines,
  lineWorking,
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
  find,
  named,
  closePeriods,
  closeBoard,
  closeTask,
  closeNotes,
  closeBinders,
  closeEvidence,
  closeJournal,
  journalDraft,
  reconciliation,
  fluxTask,
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
};
