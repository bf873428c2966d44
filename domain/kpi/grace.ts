/**
 * Days after the committed date that still count as in time. The channel's rule of the committed date says how many, so
 * that a month gone by keeps the grace it had; a rule that says nothing, or a channel without one, leaves the channel's own.
 */
import { type RuleVersion, Versions } from '../governance/inForce.ts';

export interface GraceRule extends RuleVersion {
  readonly channel_id: number;
  readonly grace_days: number | null;
}

export class Grace {
  readonly #own: ReadonlyMap<number, number>;
  readonly #rules: Versions<number, GraceRule>;
  /** No line has more. */
  readonly longest_days: number;

  constructor(channels: Iterable<readonly [id: number, grace_days: number]>, rules: readonly GraceRule[]) {
    this.#own = new Map(channels);
    this.#rules = new Versions(rules, ({ channel_id }) => channel_id);
    this.longest_days = Math.max(0, ...this.#own.values(), ...rules.map(({ grace_days }) => grace_days ?? 0));
  }

  days(channel_id: number | null, committed_on: number | null): number {
    if (channel_id === null || committed_on === null) return 0;
    return this.#rules.on(channel_id, committed_on)?.grace_days ?? this.#own.get(channel_id) ?? 0;
  }
}
