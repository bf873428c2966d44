/** The facts of a company's reconciliations as the database holds them, one subject a file. */
import { sql } from 'kysely';
import { monthOfDay } from '#domain/calendar.ts';
import type { Methods } from '#domain/close/reconcile/methods.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import type { CloseSource } from '../source.ts';
import { proposedEntries } from '../journal/clearing.ts';
import { bankAccounts } from './bank.ts';
import { deliveriesInSum, deliveriesOn, feesOf, rebatesOf, returnsOn } from './deliveries.ts';
import { foreignMonths } from './foreign.ts';
import { accountsOf, balancesBefore, movementsOn, ratesOf, sisterBooks } from './ledger.ts';
import { unallocatedBy } from './landed.ts';
import { landedOn, orderNumbers, purchasesOf, receiptValues } from './purchases.ts';
import { countsOn, scrappedOn, stockValues } from './stock.ts';
import {
  claimCostsOn,
  invoicesInSum,
  invoicesOn,
  partiesOf,
  partyBalances,
  paymentsInSum,
  paymentsOn,
  wrongParties,
} from './trade.ts';

export function databaseSource(
  tx: ServerTransaction,
  company: {
    readonly id: number;
    readonly currency: string;
    readonly fiscal_year_start_month: number;
    readonly methods: (month: number) => Methods;
  },
): CloseSource {
  const { id, currency, fiscal_year_start_month, methods } = company;
  const of = { company_id: id, currency };
  return {
    currency,
    fiscal_year_start_month,
    methods,
    stillHere: async () => void (await sql`select 1`.execute(tx)),
    accounts: async () => await accountsOf(tx, id),
    balancesBefore: async (day) => await balancesBefore(tx, id, day),
    movements: async (days) => await movementsOn(tx, id, days),
    movementsOf: async (role, days) => await movementsOn(tx, id, days, role),
    bankAccounts: async (since, until, named) => await bankAccounts(tx, id, { since, until, named }),
    proposed: async (references) => await proposedEntries(tx, id, references),
    invoices: (days) => invoicesOn(tx, id, days),
    payments: (days) => paymentsOn(tx, id, days),
    invoicesInSum: async (days) => await invoicesInSum(tx, id, days),
    paymentsInSum: async (days) => await paymentsInSum(tx, id, days),
    claimCosts: (days) => claimCostsOn(tx, id, days),
    purchases: async (from, until, cut_off) => await purchasesOf(tx, of, { from, until, cut_off }),
    deliveries: (days, lines) => deliveriesOn(tx, id, days, lines),
    deliveriesInSum: async (days, cut_off) => await deliveriesInSum(tx, id, days, cut_off),
    returns: (days) => returnsOn(tx, id, days),
    landed: (days) => landedOn(tx, id, days),
    orderNumbers: async (ids) => await orderNumbers(tx, ids),
    foreignMonths: async (until, cut_off) => await foreignMonths(tx, id, until, cut_off),
    rates: async () => await ratesOf(tx, id),
    partyBalances: async (cut_off) => await partyBalances(tx, id, cut_off),
    stockValues: async (cut_off) => await stockValues(tx, id, cut_off),
    sister: async (until) => await sisterBooks(tx, id, until),
    counts: async (days) => await countsOn(tx, of, days),
    scrapped: async (days) => await scrappedOn(tx, of, days),
    receiptValues: async (numbers) => await receiptValues(tx, of, numbers),
    wrongParties: async (days, payment_ids) => await wrongParties(tx, id, days, payment_ids),
    unallocated: async (cut_off) =>
      await unallocatedBy(tx, { ...of, valuation: methods(monthOfDay(cut_off)).valuation }, cut_off),
    fees: async () => await feesOf(tx, id),
    rebates: async () => await rebatesOf(tx, id),
    parties: async (ids) => await partiesOf(tx, ids),
  };
}
