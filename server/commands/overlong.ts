/**
 * Changes the database ends each time because they take too long (SQLSTATE 57014: a statement timeout, or an administrator).
 * One such end decides nothing: the next try may find a quieter hour. A change that has met it again and again for a while would keep
 * what its person did after it waiting for good, so it is held for somebody to look at.
 */
const ENOUGH_TRIES = 3;
const LONG_ENOUGH_MS = 10 * 60_000;
/** Far more than wait at once; the oldest is forgotten first. */
const MOST_REMEMBERED = 1_000;

/** Of one server since it began: another, or the same after a restart, counts anew and only takes longer. */
export class OverlongChanges {
  private readonly met = new Map<string, { readonly since_ms: number; times: number }>();

  /** Counts an end; true = it has been met often and long enough. */
  isEnough(mutation_id: string, now_ms: number): boolean {
    const known = this.met.get(mutation_id) ?? { since_ms: now_ms, times: 0 };
    known.times += 1;
    this.met.set(mutation_id, known);
    if (this.met.size > MOST_REMEMBERED) {
      const [oldest] = this.met.keys();
      if (oldest !== undefined) this.met.delete(oldest);
    }
    return known.times >= ENOUGH_TRIES && now_ms - known.since_ms >= LONG_ENOUGH_MS;
  }

  forget(mutation_id: string): void {
    this.met.delete(mutation_id);
  }
}
