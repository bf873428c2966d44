/** Receivables by how long they are past due as of a day. An open credit lowers the part its own due day falls in. */
export const AGE_PARTS = ['not_due', 'to_30', 'to_60', 'to_90', 'older'] as const;
export type AgePart = (typeof AGE_PARTS)[number];

export const AGE_WORDS: Readonly<Record<AgePart, string>> = {
  not_due: 'Not due',
  to_30: '1–30 days',
  to_60: '31–60',
  to_90: '61–90',
  older: 'Over 90',
};

/** Of an amount due on a day, as of another; the day it is due it is not late. Day numbers. */
export function agePart(due_on: number, as_of_on: number): AgePart {
  const days = as_of_on - due_on;
  if (days <= 0) return 'not_due';
  if (days <= 30) return 'to_30';
  if (days <= 60) return 'to_60';
  return days <= 90 ? 'to_90' : 'older';
}

export interface OpenAmount {
  readonly due_on: number;
  readonly open_minor: number;
}

export interface Ageing {
  readonly open_minor: number;
  /** In the order of `AGE_PARTS`; they add up to what is open. */
  readonly parts_minor: readonly number[];
  /** What is past due. */
  readonly overdue_minor: number;
  /** Of the oldest that is owed to us; 0 = none is past due. */
  readonly oldest_days: number;
}

export function ageingOf(amounts: Iterable<OpenAmount>, as_of_on: number): Ageing {
  const parts_minor = AGE_PARTS.map(() => 0);
  let oldest_days = 0;
  for (const { due_on, open_minor } of amounts) {
    const part = AGE_PARTS.indexOf(agePart(due_on, as_of_on));
    parts_minor[part] = (parts_minor[part] ?? 0) + open_minor;
    if (open_minor > 0) oldest_days = Math.max(oldest_days, as_of_on - due_on);
  }
  const open_minor = parts_minor.reduce((sum, part) => sum + part, 0);
  return { open_minor, parts_minor, overdue_minor: open_minor - (parts_minor[0] ?? 0), oldest_days };
}
