/** Arguments of the commands about locks of a month that every schema takes. */
export const VALID_LOCKS = {
  lockPeriod: { period_id: 1, step: 'soft_lock', areas: ['sales'] },
  askReopening: { period_id: 1, areas: ['sales'], hours: 4, reason: 'A late credit' },
  answerReopening: {
    period_id: 1,
    asked_id: '00000000-0000-4000-8000-000000000001',
    verdict: 'given',
    reason: null,
  },
} as const;
