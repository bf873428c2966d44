/** Arguments of the close that every transport takes. */
export const VALID_CLOSE = {
  makeBinder: { company_id: 1, period: 202610 },
  closeTask: { task_id: 1 },
  closeNotes: { task_id: 1 },
  reconciliation: { task_id: 1 },
  fluxTask: { task_id: 1 },
  closeJournal: { period_id: 1 },
  journalDraft: { period_id: 1, items: [{ line_id: 2, amount_minor: 5 }], reverses: null, renews_id: null },
  exportJournal: { company_code: 'HAL', period: 202610, references: null, again: false },
  signCloseTask: { task_id: 1, role: 'preparer', task_ver: 1, content_hash: 'a'.repeat(64), amount_minor: 1 },
  reconcile: { period_id: 1 },
  setFluxThreshold: {
    company_id: 1,
    from_period: 202610,
    amount_minor: 100_000,
    rate_bp: 1_000,
    reason: 'x',
    seen_amount_minor: 0,
    seen_rate_bp: 0,
  },
  explainItem: { task_id: 1, line_id: 2, explanation: 'x', seen_explanation: null },
} as const;
