/** The two companies of the demo distributor, their sites and their channels. */
import type { DemoBatch } from './rows.ts';
import type { Ids } from './size.ts';

export type ChannelKind = 'inside_sales' | 'key_accounts' | 'ecommerce' | 'counter';
export type SiteKind = 'dc' | 'counter';

export interface DemoSite {
  readonly id: number;
  readonly index: number;
  readonly code: string;
  readonly name: string;
  readonly kind: SiteKind;
  /** Share of the company's orders of this kind of site. */
  readonly share: number;
  readonly country: string;
}

export interface DemoChannel {
  readonly id: number;
  readonly kind: ChannelKind;
  readonly grace_days: number;
  /** Share of the company's order lines. */
  readonly share: number;
  /** Mean lines an order. */
  readonly order_lines: number;
}

export interface DemoCompany {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly time_zone: string;
  /** Share of all order lines, items and customers. */
  readonly share: number;
  /** Price level against the euro list: converts and rounds into the company's currency. */
  readonly price_level: number;
  /** ISO country codes with their weights, the first is the home country. */
  readonly countries: readonly (readonly [string, number])[];
  readonly legal_forms: readonly string[];
  readonly sites: readonly DemoSite[];
  readonly channels: readonly DemoChannel[];
}

type SitePlan = readonly [code: string, name: string, kind: SiteKind, share: number, country: string];
type ChannelPlan = readonly [
  kind: ChannelKind,
  code: string,
  name: string,
  grace: number,
  share: number,
  lines: number,
];

interface CompanyPlan extends Omit<DemoCompany, 'id' | 'sites' | 'channels'> {
  readonly sites: readonly SitePlan[];
  readonly channels: readonly ChannelPlan[];
}

const CHANNELS: readonly ChannelPlan[] = [
  ['inside_sales', 'IS', 'Inside sales', 1, 0.38, 3.2],
  ['key_accounts', 'KA', 'Key accounts', 0, 0.27, 5.6],
  ['ecommerce', 'EC', 'E-commerce', 1, 0.2, 1.9],
  ['counter', 'CO', 'Counters', 0, 0.15, 2.1],
];

const PLANS: readonly CompanyPlan[] = [
  {
    code: 'HAL',
    name: 'Halvorsen Industrial BV',
    currency: 'EUR',
    time_zone: 'Europe/Amsterdam',
    share: 0.76,
    price_level: 1,
    countries: [
      ['NL', 52],
      ['BE', 23],
      ['DE', 20],
      ['FR', 3],
      ['LU', 2],
    ],
    legal_forms: ['BV', 'NV', 'GmbH', 'VOF'],
    sites: [
      ['RTM', 'Rotterdam DC', 'dc', 0.48, 'NL'],
      ['ANR', 'Antwerp DC', 'dc', 0.3, 'BE'],
      ['DUI', 'Duisburg DC', 'dc', 0.22, 'DE'],
      ['UTR', 'Utrecht counter', 'counter', 0.45, 'NL'],
      ['GNT', 'Ghent counter', 'counter', 0.3, 'BE'],
      ['ESS', 'Essen counter', 'counter', 0.25, 'DE'],
    ],
    channels: CHANNELS,
  },
  {
    code: 'PEN',
    name: 'Pennine Engineering Supplies Ltd',
    currency: 'GBP',
    time_zone: 'Europe/London',
    share: 0.24,
    price_level: 0.86,
    countries: [
      ['GB', 88],
      ['IE', 12],
    ],
    legal_forms: ['Ltd', 'plc', '& Sons'],
    sites: [
      ['MAN', 'Manchester DC', 'dc', 1, 'GB'],
      ['LDS', 'Leeds counter', 'counter', 1, 'GB'],
    ],
    channels: CHANNELS,
  },
];

export function makeCompanies(ids: Ids): readonly DemoCompany[] {
  return PLANS.map((plan) => ({
    ...plan,
    id: ids.next(),
    sites: plan.sites.map(([code, name, kind, share, country], index) => ({
      id: ids.next(),
      index,
      code,
      name,
      kind,
      share,
      country,
    })),
    channels: plan.channels.map(([kind, , , grace_days, share, order_lines]) => ({
      id: ids.next(),
      kind,
      grace_days,
      share,
      order_lines,
    })),
  }));
}

/** Of both: their insurance is paid in January for the year. */
export const FISCAL_YEAR_START_MONTH = 1;

export function* companyBatches(companies: readonly DemoCompany[]): Generator<DemoBatch> {
  yield {
    table: 'company',
    rows: companies.map(({ id, code, name, currency, time_zone }) => ({
      id,
      code,
      name,
      currency,
      time_zone,
      fiscal_year_start_month: FISCAL_YEAR_START_MONTH,
    })),
  };
  yield {
    table: 'site',
    rows: companies.flatMap((company) =>
      company.sites.map(({ id, code, name, kind }) => ({ id, company_id: company.id, code, name, kind })),
    ),
  };
  yield {
    table: 'channel',
    rows: companies.flatMap((company) =>
      company.channels.map(({ id, kind, grace_days }) => {
        const [, code, name] = planOf(kind);
        return { id, company_id: company.id, code, name, kind, grace_days };
      }),
    ),
  };
}

function planOf(kind: ChannelKind): ChannelPlan {
  const plan = CHANNELS.find((channel) => channel[0] === kind);
  if (!plan) throw new Error(`no channel ${kind}`);
  return plan;
}

/** The warehouse that serves a country: its own, else the first. */
export function homeWarehouse(company: DemoCompany, country: string, choice: number): DemoSite {
  const warehouses = company.sites.filter((site) => site.kind === 'dc');
  const own = warehouses.find((site) => site.country === country);
  // one customer in six is served from another warehouse than its country's
  const spread = own ? Math.max(0, choice * 6 - 5) : choice;
  const chosen = own && choice < 5 / 6 ? own : warehouses[Math.floor(spread * warehouses.length)];
  const site = chosen ?? warehouses[0];
  if (!site) throw new Error(`company ${company.code} has no warehouse`);
  return site;
}
