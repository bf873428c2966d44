/** What is governed: each kind of rule with its key, its figures and how far it reaches. */
import type { DataArea, Permission } from '#domain/access/roles.ts';

export const RULE_SUBJECTS = [
  'policy',
  'channel_rule',
  'list_price',
  'price_rule',
  'price_floor',
  'rebate_agreement',
  'channel_fee',
  'kpi_target',
  'buying_calendar',
  'supplier_container',
  'flux_threshold',
  'reconciliation_threshold',
] as const;
export type RuleSubject = (typeof RULE_SUBJECTS)[number];

/** What a rule is about; null where its kind has no such part, or holds for all of them. */
export interface RuleKey {
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly item_id: number | null;
  readonly kpi: string | null;
  readonly party_id: number | null;
  readonly category: string | null;
  /** What tells several of one key apart by its own name: a fee of a channel, a reconciliation of the close. */
  readonly name: string | null;
}

/** A key that names nothing. */
export const NO_KEY: RuleKey = {
  site_id: null,
  channel_id: null,
  item_id: null,
  kpi: null,
  party_id: null,
  category: null,
  name: null,
};

export type RuleKeyPart = keyof RuleKey;

/** What something that says more is about, and no more of it. */
export function ruleKeyOf({ site_id, channel_id, item_id, kpi, party_id, category, name }: RuleKey): RuleKey {
  return { site_id, channel_id, item_id, kpi, party_id, category, name };
}

/** Parts that are ids of rows, with the table of each. */
export const KEY_TABLES = { site_id: 'site', channel_id: 'channel', item_id: 'item', party_id: 'party' } as const;

/** A rule's figures by name; a figure that is not there counts as null. */
export type RuleValues = Readonly<Record<string, number | string | null>>;

/**
 * How a figure is kept and written: `quantity` thousandths of the item's base unit, `price` millionths and `money` minor
 * units of the company's currency, `percent` basis points, `figure` as its KPI is stored, `choice` one of a few words,
 * `whole` a whole number of what its label counts in, `text` words of one's own, `name` a user's, `weekdays` and `dates` lists of them as text (domain/planning/buyingCalendar.ts).
 */
export type RuleFieldType =
  | 'quantity'
  | 'days'
  | 'rank'
  | 'whole'
  | 'percent'
  | 'money'
  | 'price'
  | 'figure'
  | 'name'
  | 'text'
  | 'choice'
  | 'weekdays'
  | 'dates';

/** Figures that are text. */
export const TEXT_FIELDS: ReadonlySet<RuleFieldType> = new Set(['name', 'text', 'choice', 'weekdays', 'dates']);

export interface RuleField {
  readonly name: string;
  /** As a person reads it. */
  readonly label: string;
  readonly type: RuleFieldType;
  /** Of a choice: the words there are. */
  readonly choices?: readonly string[];
  /** A rule without it is whole. */
  readonly optional?: true;
  /** Said only by rules about one of these; absent = by all of the kind. */
  readonly of?: keyof RuleKey;
  /** Said by all but rules about one of these. */
  readonly not_of?: keyof RuleKey;
}

/** Where rules lie, and with them what it takes to see one. */
export type RuleArea = Exclude<DataArea, 'outcome'>;

/** What it takes to draft and to approve: what the close is judged by is finance's to draft and the controller's to approve. */
export const RULE_PERMISSIONS: Readonly<
  Record<RuleArea, { readonly draft: Permission; readonly approve: Permission }>
> = {
  general: { draft: 'draft_rules', approve: 'approve_rules' },
  cost: { draft: 'draft_rules', approve: 'approve_rules' },
  finance: { draft: 'draft_thresholds', approve: 'approve_thresholds' },
};

export interface RuleSubjectEntry {
  readonly title: string;
  readonly one: string;
  readonly many: string;
  readonly area: RuleArea;
  /** The table its rules lie in. */
  readonly table: Exclude<RuleSubject, 'list_price'>;
  readonly key: readonly (keyof RuleKey)[];
  /** Whom `party_id` names. */
  readonly party?: 'customer' | 'supplier';
  /** What `name` names. */
  readonly named?: 'fee' | 'reconciliation';
  /** Parts of the key that may be empty: the rule holds for all of them. */
  readonly key_optional: readonly (keyof RuleKey)[];
  /** A rule is about one part of the key and no other. */
  readonly key_one?: true;
  /**
   * `days`: rows hold from a day to a day; `months`: from a month on until the next; `now`: one row, what held before is in
   * the changes that were made.
   */
  readonly versions: 'days' | 'months' | 'now';
  /** It begins with a month: a month has one from its first day to its last. */
  readonly by_month?: true;
  /** A rule may end without another in its place. */
  readonly may_end: boolean;
  /** The table has rows of another kind too: a rule is a row that has this figure. */
  readonly only_with?: string;
  readonly fields: readonly RuleField[];
}

const OWNER: RuleField = { name: 'owner', label: 'owner', type: 'name' };

export const SUBJECTS: Readonly<Record<RuleSubject, RuleSubjectEntry>> = {
  policy: {
    title: 'Stock policies',
    one: 'policy',
    many: 'policies',
    area: 'general',
    table: 'policy',
    key: ['site_id', 'item_id'],
    key_optional: [],
    versions: 'now',
    may_end: false,
    fields: [
      { name: 'kind', label: 'kind', type: 'choice', choices: ['min_max', 'lots', 'service'] },
      { name: 'min_qty_milli', label: 'minimum', type: 'quantity' },
      { name: 'max_qty_milli', label: 'maximum', type: 'quantity' },
      { name: 'multiple_qty_milli', label: 'order multiple', type: 'quantity' },
      { name: 'lead_time_days', label: 'lead time, days', type: 'days' },
      { name: 'lot_qty_milli', label: 'lot', type: 'quantity', optional: true },
      { name: 'measure', label: 'service measure', type: 'choice', choices: ['cycle', 'fill'], optional: true },
      { name: 'target_bp', label: 'service target, %', type: 'percent', optional: true },
      { name: 'review_days', label: 'review, days', type: 'days', optional: true },
      { name: 'order_qty_milli', label: 'order quantity', type: 'quantity', optional: true },
      OWNER,
    ],
  },
  channel_rule: {
    title: 'Channel rules',
    one: 'channel rule',
    many: 'channel rules',
    area: 'general',
    table: 'channel_rule',
    key: ['channel_id'],
    key_optional: [],
    versions: 'days',
    may_end: false,
    fields: [
      { name: 'priority', label: 'priority', type: 'rank' },
      { name: 'protected_bp', label: 'protected share, %', type: 'percent' },
      { name: 'max_discount_bp', label: 'discount allowed, %', type: 'percent', optional: true },
      { name: 'free_freight_from_minor', label: 'freight free from', type: 'money', optional: true },
      { name: 'freight_charge_minor', label: 'freight charge', type: 'money', optional: true },
      { name: 'grace_days', label: 'grace, days', type: 'days', optional: true },
      OWNER,
    ],
  },
  list_price: {
    title: 'List prices',
    one: 'list price',
    many: 'list prices',
    area: 'general',
    table: 'price_rule',
    key: ['item_id', 'channel_id', 'party_id'],
    key_optional: ['channel_id', 'party_id'],
    versions: 'days',
    may_end: true,
    // discount rules lie in the same table
    only_with: 'list_price_micro',
    fields: [{ name: 'list_price_micro', label: 'list price', type: 'price' }, OWNER],
  },
  price_rule: {
    title: 'Discount rules',
    one: 'discount rule',
    many: 'discount rules',
    area: 'general',
    table: 'price_rule',
    key: ['party_id', 'item_id', 'category', 'channel_id'],
    key_optional: ['party_id', 'item_id', 'category', 'channel_id'],
    versions: 'days',
    may_end: true,
    // list prices lie in the same table
    only_with: 'max_discount_bp',
    fields: [{ name: 'max_discount_bp', label: 'discount allowed, %', type: 'percent' }, OWNER],
  },
  price_floor: {
    title: 'Price floors',
    one: 'price floor',
    many: 'price floors',
    area: 'cost',
    table: 'price_floor',
    key: ['item_id', 'channel_id'],
    key_optional: ['channel_id'],
    versions: 'days',
    may_end: true,
    fields: [{ name: 'floor_price_micro', label: 'floor price', type: 'price' }, OWNER],
  },
  rebate_agreement: {
    title: 'Rebate agreements',
    one: 'rebate agreement',
    many: 'rebate agreements',
    area: 'cost',
    table: 'rebate_agreement',
    key: ['party_id', 'channel_id'],
    key_optional: ['channel_id'],
    versions: 'days',
    may_end: true,
    fields: [
      { name: 'name', label: 'agreement', type: 'text' },
      { name: 'rate_bp', label: 'rebate, %', type: 'percent' },
      { name: 'threshold_minor', label: 'from net sales of', type: 'money' },
      OWNER,
    ],
  },
  channel_fee: {
    title: 'Channel fees',
    one: 'channel fee',
    many: 'channel fees',
    area: 'cost',
    table: 'channel_fee',
    key: ['channel_id', 'name'],
    named: 'fee',
    key_optional: [],
    versions: 'days',
    may_end: true,
    fields: [{ name: 'rate_bp', label: 'share of sales, %', type: 'percent' }, OWNER],
  },
  kpi_target: {
    title: 'KPI targets',
    one: 'target',
    many: 'targets',
    area: 'general',
    table: 'kpi_target',
    key: ['kpi', 'channel_id'],
    key_optional: ['channel_id'],
    versions: 'months',
    by_month: true,
    may_end: false,
    fields: [{ name: 'target', label: 'target', type: 'figure' }, OWNER],
  },
  buying_calendar: {
    title: 'Order, receiving and closed days',
    one: 'calendar',
    many: 'calendars',
    area: 'general',
    table: 'buying_calendar',
    // of a supplier when it is ordered from, of a site when it takes goods in, of neither the days the company is closed
    key: ['party_id', 'site_id'],
    party: 'supplier',
    key_optional: ['party_id', 'site_id'],
    key_one: true,
    versions: 'days',
    may_end: true,
    fields: [
      { name: 'orders_on', label: 'orders on', type: 'weekdays', optional: true, of: 'party_id' },
      { name: 'receives_on', label: 'receives on', type: 'weekdays', optional: true, of: 'site_id' },
      { name: 'closed_on', label: 'closed on', type: 'dates', optional: true, not_of: 'party_id' },
      OWNER,
    ],
  },
  supplier_container: {
    title: 'Containers',
    one: 'container',
    many: 'containers',
    area: 'general',
    table: 'supplier_container',
    key: ['party_id'],
    party: 'supplier',
    key_optional: [],
    versions: 'days',
    may_end: true,
    fields: [
      { name: 'volume_litres', label: 'volume, litres', type: 'whole', optional: true },
      { name: 'weight_kg', label: 'weight, kg', type: 'whole', optional: true },
      { name: 'least_fill_bp', label: 'least fill, %', type: 'percent' },
      OWNER,
    ],
  },
  flux_threshold: {
    title: 'Flux thresholds',
    one: 'flux threshold',
    many: 'flux thresholds',
    area: 'finance',
    table: 'flux_threshold',
    // of the company: it has one at a time
    key: [],
    key_optional: [],
    versions: 'days',
    by_month: true,
    may_end: false,
    fields: [
      { name: 'amount_minor', label: 'more than', type: 'money' },
      { name: 'rate_bp', label: 'and a share of, %', type: 'percent' },
      OWNER,
    ],
  },
  reconciliation_threshold: {
    title: 'Reconciliation thresholds',
    one: 'reconciliation threshold',
    many: 'reconciliation thresholds',
    area: 'finance',
    table: 'reconciliation_threshold',
    key: ['name'],
    named: 'reconciliation',
    key_optional: [],
    versions: 'days',
    by_month: true,
    may_end: true,
    fields: [{ name: 'threshold_minor', label: 'no words below', type: 'money' }, OWNER],
  },
};

/** The figures a rule about this says. */
export function fieldsOf(subject: RuleSubject, key: RuleKey): readonly RuleField[] {
  return SUBJECTS[subject].fields.filter(
    ({ of, not_of }) => (of === undefined || key[of] !== null) && (not_of === undefined || key[not_of] === null),
  );
}

/** One text for one key, whatever the subject. */
export function keyText(key: RuleKey): string {
  const first = [key.site_id, key.channel_id, key.item_id, key.kpi].map((part) => part ?? '').join(':');
  // approvals are bound to this text: what was drafted before rules were about customers keeps the one it had
  if (key.name !== null) return `${first}:${key.party_id ?? ''}:${key.category ?? ''}:${key.name}`;
  return key.party_id === null && key.category === null
    ? first
    : `${first}:${key.party_id ?? ''}:${key.category ?? ''}`;
}

/** The figures of a subject out of a row that has more, null where there is none. */
export function valuesOf(subject: RuleSubject, row: Readonly<Record<string, unknown>>): RuleValues {
  return Object.fromEntries(
    SUBJECTS[subject].fields.map(({ name }) => {
      const value = row[name];
      return [name, typeof value === 'number' || typeof value === 'string' ? value : null];
    }),
  );
}

/** Names of the figures that differ. */
export function differingFields(
  subject: RuleSubject,
  one: RuleValues | null,
  other: RuleValues | null,
): readonly string[] {
  return SUBJECTS[subject].fields
    .filter(({ name }) => (one?.[name] ?? null) !== (other?.[name] ?? null))
    .map(({ name }) => name);
}

export function sameRule(subject: RuleSubject, one: RuleValues | null, other: RuleValues | null): boolean {
  return (one === null) === (other === null) && differingFields(subject, one, other).length === 0;
}
