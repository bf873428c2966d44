/** What is open at the two dates the close looks at, by document or party. Nothing else is kept. */
export interface OpenItem {
  readonly ref: string;
  readonly booked_on: number;
  readonly amount_minor: number;
}

export class OpenItems {
  private readonly dates: readonly number[];
  private readonly open: readonly Map<string, { booked_on: number; amount_minor: number }>[];

  constructor(dates: readonly number[]) {
    this.dates = dates;
    this.open = dates.map(() => new Map());
  }

  /** An amount that stays: it is in every balance from that day on. */
  add(ref: string, day: number, amount_minor: number): void {
    this.between(ref, day, null, amount_minor);
  }

  /** An amount that is open from a day until another, or still (null). */
  between(ref: string, from: number, until: number | null, amount_minor: number): void {
    if (amount_minor === 0) return;
    for (const [nth, date] of this.dates.entries()) {
      if (from > date || (until !== null && until <= date)) continue;
      const own = this.open[nth]?.get(ref);
      if (own) {
        own.amount_minor += amount_minor;
        own.booked_on = Math.max(own.booked_on, from);
      } else this.open[nth]?.set(ref, { booked_on: from, amount_minor });
    }
  }

  at(date: number): readonly OpenItem[] {
    const open = this.open[this.dates.indexOf(date)];
    if (!open) throw new RangeError(`nothing is kept for day ${date}`);
    return [...open].map(([ref, own]) => ({ ref, ...own })).filter((each) => each.amount_minor !== 0);
  }
}
