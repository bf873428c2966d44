/** A valid argument for every operation about transfers between sites. */
export const VALID_TRANSFERS = {
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
} as const;
