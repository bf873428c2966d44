/** Arguments of the close that every transport takes. */
export const VALID_CLOSE = {
  makeBinder: { company_id: 1, period: 202610 },
  closeTask: { task_id: 1 },
  closeNotes: { task_id: 1 },
  reconciliation: { task_id: 1 },
  closeEvidence: { task_id: 1 },
  attachEvidence: {
    task_id: 1,
    item_ref: null,
    sha256: 'a'.repeat(64),
    name: 'statement.pdf',
    media_type: 'application/pdf',
    size_bytes: 3,
  },
  removeEvidence: { task_id: 1, evidence_id: '00000000-0000-4000-8000-000000000001', reason: 'Of another month' },
  keepEvidence: { upload: '00000000-0000-4000-8000-000000000001', offset: 0, base64: 'AAAA', last: true },
  evidenceBytes: { evidence_id: '00000000-0000-4000-8000-000000000001', offset: 0 },
  signCloseTask: { task_id: 1, role: 'preparer', task_ver: 1, content_hash: 'a'.repeat(64), amount_minor: 1 },
  reconcile: { period_id: 1 },
  explainItem: { task_id: 1, line_id: 2, explanation: 'x', seen_explanation: null },
} as const;
