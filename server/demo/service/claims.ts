/** What customers complain of after a delivery: the clock with its waiting times, credits given, what it cost us. */
import { addWorkdays, monthOfDay } from '#domain/calendar.ts';
import type { DemoCustomer } from '../parties.ts';
import type { Random } from '../random.ts';
import type { DemoBatch, DemoRow } from '../rows.ts';
import type { CompanyWorld } from '../world.ts';
import type { Billing } from '../orders/billing.ts';
import type { OrderHead } from '../orders/orderWriter.ts';
import { shareOfAmount } from '../orders/pricing.ts';
import type { SoldLine } from '../orders/settlement.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const KINDS = ['damaged', 'short delivery', 'wrong item', 'late delivery', 'quality'] as const;
/** Share of delivered lines that lead to a claim, and to a credit without one. */
const CLAIM_SHARE = { inside_sales: 0.005, key_accounts: 0.007, ecommerce: 0.007, counter: 0.001 } as const;
const CREDIT_SHARE = 0.003;

/**
 * On any day somebody still waits, whatever chance brings: for us lately, for the customer's pictures, and for us far too long.
 * Each is of the first fitting line that was shipped so many days ago.
 */
const STILL_OPEN = [
  { from_days: 12, to_days: 4, history: ['opened'] },
  { from_days: 14, to_days: 5, history: ['opened', 'waiting'] },
  { from_days: 45, to_days: 28, history: ['opened'] },
] as const;
/** Working days from the delivery to the claim, and on to the question. */
const STEP_DAYS = 2;

export class Claims {
  private readonly world: CompanyWorld;
  private readonly billing: Billing;
  private readonly random: Random;
  private claims: DemoRow<'claim'>[] = [];
  private events: DemoRow<'claim_event'>[] = [];
  private costs: DemoRow<'claim_cost'>[] = [];
  private credits: DemoRow<'credit_note'>[] = [];
  private readonly to_plant = new Set<(typeof STILL_OPEN)[number]>(STILL_OPEN);
  private next_claim = 2_001;
  private next_credit = 7_001;

  constructor(world: CompanyWorld, billing: Billing) {
    this.world = world;
    this.billing = billing;
    this.random = world.stream('claims');
  }

  *flush(): Generator<DemoBatch> {
    yield { table: 'claim', rows: this.claims };
    yield { table: 'claim_event', rows: this.events };
    yield { table: 'claim_cost', rows: this.costs };
    yield { table: 'credit_note', rows: this.credits };
    this.claims = [];
    this.events = [];
    this.costs = [];
    this.credits = [];
  }

  /** Decides whether a delivered line is complained of, or credited for its price. */
  maybe(head: OrderHead, line: SoldLine, customer: DemoCustomer | null, shipped_on: number): void {
    const { random } = this;
    const { today } = this.world.horizon;
    if (line.worth.net_minor < 500) return;
    if (this.planted(head, line, customer, today, shipped_on)) return;
    if (random.chance(CLAIM_SHARE[head.kind])) {
      const opened_on = addWorkdays(shipped_on, random.whole(1, 14));
      if (opened_on <= today) this.claim(head, line, customer, opened_on);
    } else if (random.chance(CREDIT_SHARE)) {
      const issued_on = addWorkdays(shipped_on, random.whole(2, 25));
      const amount = Math.max(1, shareOfAmount(line.worth.net_minor, random.whole(3, 15), 100));
      if (issued_on <= today) this.credit(head, line, customer, null, issued_on, amount, 'price difference');
    }
  }

  private claim(head: OrderHead, line: SoldLine, customer: DemoCustomer | null, opened_on: number): void {
    const { random } = this;
    const { today } = this.world.horizon;
    const about = this.about(line);
    const history: [kind: string, day: number][] = [['opened', opened_on]];
    let day = opened_on;
    if (random.chance(0.45)) {
      day = addWorkdays(day, random.whole(1, 3));
      history.push(['waiting', day]);
      // lately several customers have not sent the pictures they were asked for
      const answers = today - opened_on > 40 || random.chance(0.45);
      day = answers ? addWorkdays(day, random.whole(1, 9)) : today + 1;
      history.push(['resumed', day]);
    }
    day = addWorkdays(day, random.chance(0.1) ? random.whole(12, 30) : random.whole(1, 8));
    history.push(['resolved', day]);
    if (random.chance(0.06)) {
      day = addWorkdays(day, random.whole(2, 10));
      history.push(['reopened', day]);
      day = addWorkdays(day, random.whole(2, 9));
      history.push(['resolved', day]);
    }
    const happened = history.filter((each) => each[1] <= today);
    this.record(head, line, customer, about, happened);
  }

  /** Of a customer who is known: one of those that are open on any day. */
  private planted(
    head: OrderHead,
    line: SoldLine,
    customer: DemoCustomer | null,
    today: number,
    shipped_on: number,
  ): boolean {
    if (customer === null) return false;
    for (const plan of this.to_plant) {
      if (shipped_on < today - plan.from_days || shipped_on > today - plan.to_days) continue;
      const days = plan.history.map((_, nth) => addWorkdays(shipped_on, (nth + 1) * STEP_DAYS));
      if (days.some((day) => day > today)) continue;
      this.to_plant.delete(plan);
      const happened = plan.history.map((kind, nth): [string, number] => [kind, days[nth] ?? today]);
      this.record(head, line, customer, this.about(line), happened);
      return true;
    }
    return false;
  }

  private about(line: SoldLine): { readonly kind: (typeof KINDS)[number]; readonly claimed_minor: number } {
    const kind = this.random.pick(KINDS);
    return { kind, claimed_minor: Math.max(1, shareOfAmount(line.worth.net_minor, this.random.whole(20, 100), 100)) };
  }

  private record(
    head: OrderHead,
    line: SoldLine,
    customer: DemoCustomer | null,
    { kind, claimed_minor }: { readonly kind: string; readonly claimed_minor: number },
    happened: readonly (readonly [kind: string, day: number])[],
  ): void {
    const { random } = this;
    const id = this.world.ids.next();
    const opened_on = happened[0]?.[1] ?? this.world.horizon.today;
    const month = monthOfDay(opened_on);
    const last = happened.at(-1)?.[0] ?? 'opened';
    const state = last === 'resolved' ? 'resolved' : last === 'waiting' ? 'waiting' : 'open';
    const resolved_on = state === 'resolved' ? (happened.at(-1)?.[1] ?? null) : null;
    const place = { company_id: head.company_id, site_id: head.site_id, channel_id: head.channel_id };
    this.claims.push({
      id,
      ...place,
      month,
      number: `CL ${this.next_claim}`,
      party_id: head.party_id,
      order_line_id: line.row.id,
      item_id: line.item.id,
      kind,
      opened_on,
      resolved_on,
      state,
      claimed_minor,
    });
    this.next_claim += 1;
    for (const [nth, [what, on]] of happened.entries()) {
      const happened_at = on * DAY_MS + (8 + nth) * HOUR_MS;
      this.events.push({ id: this.world.ids.next(), ...place, month, claim_id: id, kind: what, happened_at });
    }
    if (resolved_on === null) return;
    if (random.chance(0.6)) {
      const amount = Math.max(1, shareOfAmount(claimed_minor, random.whole(30, 100), 100));
      this.credit(head, line, customer, id, resolved_on, amount, `claim: ${kind}`);
    }
    if (random.chance(0.5)) this.cost(head, line, id, resolved_on, random.whole(12, 90) * 50);
  }

  private credit(
    head: OrderHead,
    line: SoldLine,
    customer: DemoCustomer | null,
    claim_id: number | null,
    issued_on: number,
    amount_minor: number,
    reason: string,
  ): void {
    const { ids, books } = this.world;
    const number = `CN ${this.next_credit}`;
    this.next_credit += 1;
    this.credits.push({
      id: ids.next(),
      company_id: head.company_id,
      site_id: head.site_id,
      channel_id: head.channel_id,
      month: monthOfDay(issued_on),
      number,
      issued_on,
      party_id: head.party_id,
      order_line_id: line.row.id,
      item_id: line.item.id,
      claim_id,
      amount_minor,
      reason,
    });
    const role = claim_id === null ? 'returns' : 'claims';
    books.journals.post('CRN', issued_on, role, head.channel_id, amount_minor);
    const credit_head = { ...head, ordered_on: issued_on, month: monthOfDay(issued_on) };
    this.billing.credit(credit_head, customer, head.id, number, amount_minor);
  }

  /** Sorting, a courier, an hour of the workshop: paid at once. */
  private cost(head: OrderHead, line: SoldLine, claim_id: number, booked_on: number, amount_minor: number): void {
    const { ids, books } = this.world;
    this.costs.push({
      id: ids.next(),
      company_id: head.company_id,
      site_id: head.site_id,
      channel_id: head.channel_id,
      month: monthOfDay(booked_on),
      claim_id,
      order_line_id: line.row.id,
      item_id: line.item.id,
      party_id: head.party_id,
      booked_on,
      amount_minor,
    });
    books.journals.post('CLM', booked_on, 'claims', head.channel_id, amount_minor);
    books.journals.post('CLM', booked_on, 'bank', null, -amount_minor);
  }
}
