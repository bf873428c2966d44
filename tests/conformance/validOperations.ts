/** A valid argument for every operation about transfers between sites and locks of a month. */
export const VALID_OPERATIONS = {
  creditList: { company_id: 1 },
  customerCredit: { company_id: 1, party_id: 2 },
  cashOutlook: { company_id: 1 },
  addFollowUp: { company_id: 1, party_id: 2, said: 'They pay on Friday', promised_on: '2026-11-27', next_on: null },
  trialBalance: { company_id: 1, as_of_on: '2026-10-31' },
  accountLines: { company_id: 1, account_id: 2, from_on: '2026-10-01', to_on: '2026-10-31' },
  ledgerEntry: { company_id: 1, entry_id: 3 },
  transfers: { company_id: 1 },
  transferOffers: { company_id: 1, item_id: 840, to_site_id: 2 },
  requestTransfers: {
    company_id: 1,
    transfers: [
      {
        item_id: 840,
        from_site_id: 3,
        to_site_id: 2,
        qty_milli: 4000,
        wanted_on: null,
        reason: 'Short',
        decision_id: null,
      },
    ],
  },
  answerTransfers: {
    company_id: 1,
    verdict: 'approved',
    transfers: [{ transfer_id: '11111111-1111-4111-8111-111111111111/0', qty_milli: 4000 }],
    reason: null,
  },
  moveTransfer: {
    company_id: 1,
    transfer_id: '11111111-1111-4111-8111-111111111111/0',
    step: 'dispatched',
    qty_milli: 4000,
    reason: null,
  },
  endTransfer: {
    company_id: 1,
    transfer_id: '11111111-1111-4111-8111-111111111111/0',
    step: 'withdrawn',
    reason: 'Found some',
  },
  lockPeriod: { period_id: 1, step: 'soft_lock', areas: ['sales'] },
  askReopening: { period_id: 1, areas: ['sales'], hours: 4, reason: 'A late credit' },
  answerReopening: {
    period_id: 1,
    asked_id: '00000000-0000-4000-8000-000000000001',
    verdict: 'given',
    reason: null,
  },
} as const;
