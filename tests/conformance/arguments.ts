/** Arguments that would take more lines than they are worth among the others. */
export const OVERRIDE = {
  item_id: 1,
  site_id: 1,
  from_month: 202612,
  to_month: 202612,
  reason: 'A project',
  expires_on: '2026-12-31',
};

export const NO_VIEW = {
  columns: { order: [], widths: {}, shown: {}, pinned: [] },
  sort: [],
  filters: [],
  density: 'dense',
  settings: {},
};

/** October beside September. */
const COMPARED = { from_month: 202610, to_month: 202610, against: 'previous' } as const;
export const MARGIN_CHANGES = {
  marginBridge: { company_ids: [1], ...COMPARED, rows: ['channel'] },
  marginBridgeLines: { company_id: 1, ...COMPARED, effect: 'price' },
  marginTies: { company_id: 1, month: 202610 },
  marginTieLines: { company_id: 1, month: 202610, component: 'rebates' },
} as const;
