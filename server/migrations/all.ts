/** Every migration, in order, imported statically so that a bundle holds them. Append only. */
import type { Migration } from 'kysely/migration';
import * as spine from './001_spine.ts';
import * as imports from './002_imports.ts';
import * as oneTimePassword from './003_one_time_password.ts';
import * as wholeBusiness from './004_whole_business.ts';
import * as fileImports from './005_file_imports.ts';
import * as importParts from './006_import_parts.ts';
import * as sessionsAndAudit from './007_sessions_and_audit.ts';
import * as bucketSums from './008_bucket_sums.ts';
import * as housekeeping from './009_housekeeping.ts';
import * as auditFilters from './010_audit_filters.ts';
import * as buying from './011_buying.ts';
import * as replenishment from './012_replenishment.ts';
import * as forecastOverrides from './013_forecast_overrides.ts';
import * as fulfilmentAndApprovals from './015_fulfilment_and_approvals.ts';
import * as governance from './017_governance.ts';
import * as discountsAndGrace from './018_discounts_and_grace.ts';
import * as transfers from './019_transfers.ts';
import * as buyingCalendar from './020_buying_calendar.ts';
import * as periodLocks from './025_period_locks.ts';
import * as containers from './030_containers.ts';
import * as creditFollowUps from './031_credit_follow_ups.ts';
import * as movementsByItem from './032_movements_by_item.ts';
import * as reconciliations from './033_reconciliations.ts';
import * as auditChain from './034_audit_chain.ts';
import * as closeNotes from './035_close_notes.ts';
import * as pricesAndTerms from './036_prices_and_terms_governed.ts';
import * as landedByVolume from './037_landed_by_volume.ts';
import * as containersGoverned from './038_containers_governed.ts';
import * as journalProposals from './040_journal_proposals.ts';
import * as auditEntries from './042_audit_entries.ts';
import * as fluxThresholds from './043_flux_thresholds.ts';
import * as evidence from './044_evidence.ts';
import * as binders from './045_binders.ts';
import * as bankStatements from './049_bank_statements.ts';
import * as companyDaysOff from './050_company_days_off.ts';
import * as thresholdsGoverned from './056_thresholds_governed.ts';
import * as landedAllocations from './057_landed_allocations.ts';
import * as keptBinders from './058_kept_binders.ts';
import * as draftOrderApprovals from './059_draft_order_approvals.ts';
import * as ordersByCustomer from './060_orders_by_customer.ts';
import * as documentCurrency from './061_document_currency.ts';
import * as journals from './062_journals.ts';
import * as fiscalYear from './063_fiscal_year.ts';
import * as notRevalued from './064_not_revalued.ts';
import * as documentNumbers from './065_document_numbers.ts';
import * as bankAccounts from './066_bank_accounts.ts';
import * as bookAuthors from './067_book_authors.ts';
import * as decisionsStay from './068_decisions_stay.ts';
import * as statementNumbers from './069_statement_numbers.ts';
import * as statementsInLockedMonths from './070_statements_in_locked_months.ts';
import * as allDecisionsStay from './071_all_decisions_stay.ts';
import * as closeEntries from './072_close_entries.ts';
import * as settlementDays from './073_settlement_days.ts';
import * as closingEntries from './074_closing_entries.ts';
import * as invoicesByDelivery from './075_invoices_by_delivery.ts';
import * as splitPayments from './076_split_payments.ts';
import * as ratesPerUnits from './078_rates_per_units.ts';
import * as bankCurrencies from './079_bank_currencies.ts';
import * as booksByDay from './082_books_by_day.ts';
import * as orderLineCosts from './084_order_line_costs.ts';
import * as masterDataInLockedMonths from './087_master_data_in_locked_months.ts';
import * as signingKnowingly from './090_signing_knowingly.ts';
import * as ownCloseTasks from './091_own_close_tasks.ts';
import * as bankCurrenciesInLockedMonths from './092_bank_currencies_in_locked_months.ts';
import * as unknownLineCosts from './093_unknown_line_costs.ts';
import * as rebateGiveBacks from './094_rebate_give_backs.ts';
import * as whatLockedMonthsStandOn from './095_what_locked_months_stand_on.ts';
import * as priceVariance from './099_price_variance.ts';
import * as replacedLedgerLines from './100_replaced_ledger_lines.ts';
import * as reconciliationMethods from './101_reconciliation_methods.ts';
import * as missingFacts from './102_missing_facts.ts';
import * as sisterCompanies from './105_sister_companies.ts';
import * as reckonedOn from './107_reckoned_on.ts';
import * as countsInLockedMonths from './108_counts_in_locked_months.ts';
import * as statementsCloseOn from './110_statements_close_on.ts';

export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '001_spine': spine,
  '002_imports': imports,
  '003_one_time_password': oneTimePassword,
  '004_whole_business': wholeBusiness,
  '005_file_imports': fileImports,
  '006_import_parts': importParts,
  '007_sessions_and_audit': sessionsAndAudit,
  '008_bucket_sums': bucketSums,
  '009_housekeeping': housekeeping,
  '010_audit_filters': auditFilters,
  '011_buying': buying,
  '012_replenishment': replenishment,
  '013_forecast_overrides': forecastOverrides,
  '015_fulfilment_and_approvals': fulfilmentAndApprovals,
  '017_governance': governance,
  '018_discounts_and_grace': discountsAndGrace,
  '019_transfers': transfers,
  '020_buying_calendar': buyingCalendar,
  '025_period_locks': periodLocks,
  '030_containers': containers,
  '031_credit_follow_ups': creditFollowUps,
  '032_movements_by_item': movementsByItem,
  '033_reconciliations': reconciliations,
  '034_audit_chain': auditChain,
  '035_close_notes': closeNotes,
  '036_prices_and_terms_governed': pricesAndTerms,
  '037_landed_by_volume': landedByVolume,
  '038_containers_governed': containersGoverned,
  '040_journal_proposals': journalProposals,
  '042_audit_entries': auditEntries,
  '043_flux_thresholds': fluxThresholds,
  '044_evidence': evidence,
  '045_binders': binders,
  '049_bank_statements': bankStatements,
  '050_company_days_off': companyDaysOff,
  '056_thresholds_governed': thresholdsGoverned,
  '057_landed_allocations': landedAllocations,
  '058_kept_binders': keptBinders,
  '059_draft_order_approvals': draftOrderApprovals,
  '060_orders_by_customer': ordersByCustomer,
  '061_document_currency': documentCurrency,
  '062_journals': journals,
  '063_fiscal_year': fiscalYear,
  '064_not_revalued': notRevalued,
  '065_document_numbers': documentNumbers,
  '066_bank_accounts': bankAccounts,
  '067_book_authors': bookAuthors,
  '068_decisions_stay': decisionsStay,
  '069_statement_numbers': statementNumbers,
  '070_statements_in_locked_months': statementsInLockedMonths,
  '071_all_decisions_stay': allDecisionsStay,
  '072_close_entries': closeEntries,
  '073_settlement_days': settlementDays,
  '074_closing_entries': closingEntries,
  '075_invoices_by_delivery': invoicesByDelivery,
  '076_split_payments': splitPayments,
  '078_rates_per_units': ratesPerUnits,
  '079_bank_currencies': bankCurrencies,
  '082_books_by_day': booksByDay,
  '084_order_line_costs': orderLineCosts,
  '087_master_data_in_locked_months': masterDataInLockedMonths,
  '090_signing_knowingly': signingKnowingly,
  '091_own_close_tasks': ownCloseTasks,
  '092_bank_currencies_in_locked_months': bankCurrenciesInLockedMonths,
  '093_unknown_line_costs': unknownLineCosts,
  '094_rebate_give_backs': rebateGiveBacks,
  '095_what_locked_months_stand_on': whatLockedMonthsStandOn,
  '099_price_variance': priceVariance,
  '100_replaced_ledger_lines': replacedLedgerLines,
  '101_reconciliation_methods': reconciliationMethods,
  '102_missing_facts': missingFacts,
  '105_sister_companies': sisterCompanies,
  '107_reckoned_on': reckonedOn,
  '108_counts_in_locked_months': countsInLockedMonths,
  '110_statements_close_on': statementsCloseOn,
};
