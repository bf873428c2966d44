import type { ExportFormat, ExportQueryName } from '#contract/actions.ts';

const NAMES: Readonly<Record<ExportQueryName, string>> = {
  stockPositions: 'stock',
  stockByCompany: 'stock-by-company',
  fulfilment: 'fulfilment',
  claims: 'claims',
  scenarioCompare: 'scenario',
  forecasts: 'forecasts',
  forecastOverrides: 'overrides',
  itemClasses: 'item-classes',
  marginByChannel: 'margin',
  marginLines: 'margin-lines',
  marginErosion: 'erosion',
  marginErosionLines: 'erosion-lines',
  marginLeakage: 'leakage',
  marginLeakageLines: 'leakage-lines',
  fillRate: 'fill-rate',
  fillRateLines: 'fill-rate-lines',
  marginPivot: 'margin',
  marginBridge: 'margin-bridge',
  marginBridgeLines: 'margin-bridge-lines',
  marginTieLines: 'ledger-differences',
  creditList: 'receivables',
  openInvoices: 'open-invoices',
  cashOutlook: 'cash-outlook',
  trialBalance: 'trial-balance',
  accountLines: 'account-lines',
  fillPivot: 'fill-rate',
  delayRisk: 'delay-risk',
  exceptions: 'exceptions',
  replenishment: 'proposals',
  draftOrder: 'draft-order',
  orderApprovals: 'approvals',
  transfers: 'transfers',
  suppliers: 'suppliers',
  closeTask: 'close-lines',
  fluxTask: 'flux',
  closeJournal: 'proposed-entries',
  rulesInForce: 'rules',
  outbox: 'changes',
};

/** 'stock-2026-11-05.xlsx' */
export function exportFileName(
  asked: { readonly query: ExportQueryName; readonly format: ExportFormat },
  now_ms: number,
): string {
  return `${NAMES[asked.query]}-${new Date(now_ms).toISOString().slice(0, 10)}.${asked.format}`;
}
