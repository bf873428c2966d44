/** Suppliers with their reliability, customers with their channel, discount and country. */
import { type ChannelKind, type DemoCompany, type DemoSite, homeWarehouse } from './companies.ts';
import { type Random, weightedChoice } from './random.ts';
import type { DemoBatch, DemoRow } from './rows.ts';
import { type Step, supplierSteps } from './catalogue/levels.ts';
import type { Horizon, Ids } from './size.ts';
import { STORIES } from './stories/stories.ts';

export interface DemoSupplier {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly country: string;
  readonly lead_time_days: number;
  /** Share of receipts on or before the first promise. */
  readonly reliability: number;
  /** Mean working days late when late. */
  readonly lateness_days: number;
  readonly slipping: boolean;
  readonly overseas: boolean;
  readonly steps: readonly Step[];
  /** Landed cost over price: freight and duty on the way in, basis points; who is near delivers free. */
  readonly inbound_bp: number;
  readonly terms_days: number;
}

export interface DemoCustomer {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly country: string;
  readonly channel: Exclude<ChannelKind, 'counter'>;
  readonly warehouse: DemoSite;
  /** The discount its price rule gives, basis points of gross. */
  readonly discount_bp: number;
  readonly weight: number;
  readonly terms_days: number;
  /** Days after the due date on which it pays; below zero = early. */
  readonly pays_after_days: number;
  readonly salesperson: string | null;
}

export const SUPPLIER_COUNT = 54;
/** Fewest suppliers of a company. */
export const FEWEST_SUPPLIERS = 13;
export const CARRIER_TERMS_DAYS = 30;
/** What every party has. */
export interface DemoParty {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly country: string;
}
/** Carries what we send; no item is bought from it. */
export type DemoCarrier = DemoParty;

const SALESPEOPLE: Readonly<Record<string, readonly string[]>> = {
  HAL: ['Lotte Vermeulen', 'Pieter Janssens', 'Sanne de Boer', 'Markus Hoffmann', 'Els Claes', 'Daan Kuipers'],
  PEN: ['Alison Reid', 'Graham Whitfield', 'Priya Nair'],
};

/** In the order fasteners, fluid power, hand tools, power transmission, safety, welding, abrasives, bearings, cable. */
const SUPPLIER_NAMES = [
  'Wolff Verbindungstechnik',
  'Hydro Maas',
  'Ostermann Werkzeuge',
  'Nordic Drive Parts',
  'Fjord Protection',
  'Arcline Welding',
  'Montreuil Abrasifs',
  'Lindqvist Bearings',
  'Kabelwerk Havel',
  'Pacific Fastener Trading',
  'Bergamo Fluid',
  'Aire Valley Tools',
  'Emmen Pneumatics',
  'Safe & Sound Workwear',
  'Lorraine Soudage',
  'Sauerland Schleifmittel',
  'Brno Precision Bearings',
  'Vrieswijk Electro',
  'Twente Bolt & Nut',
  'Catalan Valves',
  'Sheffield Edge Tools',
  'Sauerland Ketten',
  'Kempen Safety',
  'Duna Welding Wire',
  'Trent Abrasives',
  'Delta Seals',
  'Duna Cables',
];

const FIRST = ['Van Dijk', 'De Brug', 'Maashaven', 'Kempen', 'Rijnland', 'Scheldt', 'Ruhr', 'Peel', 'Waal', 'Twente'];
const SECOND = ['Montage', 'Techniek', 'Staalbouw', 'Machinefabriek', 'Onderhoud', 'Installatie', 'Metaal', 'Food'];
const BRITISH_FIRST = [
  'Calder',
  'Ribble',
  'Airedale',
  'Mersey',
  'Derwent',
  'Tyne',
  'Humber',
  'Shannon',
  'Wharfe',
  'Don',
];
const BRITISH_SECOND = ['Fabrications', 'Engineering', 'Maintenance', 'Foods', 'Steelwork', 'Packaging', 'Quarries'];
const KEY_ACCOUNTS: Readonly<Record<string, readonly string[]>> = {
  HAL: [
    'Rijnmond Havens',
    'Van Houten Staalbouw',
    'Duisburger Stahlwerke',
    'Antwerp Terminal Services',
    'Brabant Dairy Group',
    'Limburg Paper Mills',
    'Noordzee Offshore',
    'Ruhrtal Maschinenbau',
    'Flandria Textiles',
    'Delta Water Works',
  ],
  PEN: ['Trafford Turbines', 'Humberside Ports', 'Cheshire Chemicals', 'Pennine Rail Services', 'Mersey Shipyards'],
};

export function makeSuppliers(
  company: DemoCompany,
  count: number,
  horizon: Horizon,
  random: Random,
  ids: Ids,
): readonly DemoSupplier[] {
  return Array.from({ length: count }, (_, index) => {
    const slipping = company.code === 'HAL' && index === 0;
    const code = `S-${(company.code === 'HAL' ? 1001 : 2001) + index}`;
    const overseas = index % 7 === 5;
    const base = SUPPLIER_NAMES[index % SUPPLIER_NAMES.length] ?? 'Supplier';
    return {
      id: ids.next(),
      code,
      name:
        index < SUPPLIER_NAMES.length
          ? base
          : `${base} ${company.code === 'HAL' ? (index < 2 * SUPPLIER_NAMES.length ? 'Benelux' : 'Nord') : 'UK'}`,
      country: overseas
        ? random.pick(['CN', 'TW', 'IN'])
        : random.pick(['DE', 'NL', 'BE', 'IT', 'SE', 'CZ', 'GB', 'FR']),
      lead_time_days: slipping ? 14 : overseas ? random.whole(45, 75) : random.whole(3, 24),
      reliability: slipping ? 0.9 : 0.7 + 0.28 * random.float(),
      lateness_days: overseas ? 9 : random.whole(2, 6),
      slipping,
      overseas,
      steps: supplierSteps(code === STORIES.cost_rise_supplier_code, horizon, random),
      inbound_bp: overseas ? random.whole(9, 13) * 100 : 0,
      terms_days: random.pick([14, 30, 30, 45, 60]),
    };
  });
}

export function makeCustomers(company: DemoCompany, count: number, random: Random, ids: Ids): readonly DemoCustomer[] {
  const chooseCountry = weightedChoice(company.countries.map(([, weight]) => weight));
  const keyNames = KEY_ACCOUNTS[company.code] ?? [];
  const keys = Math.max(keyNames.length, Math.round(count * 0.06));
  const shops = Math.round(count * 0.3);
  const used = new Set<string>();
  return Array.from({ length: count }, (_, index) => {
    const channel = index < keys ? 'key_accounts' : index < keys + shops ? 'ecommerce' : 'inside_sales';
    const home = company.countries[0]?.[0] ?? 'NL';
    const country = index === 0 ? home : (company.countries[chooseCountry?.(random) ?? 0]?.[0] ?? home);
    const known = keyNames[index];
    let name = known ?? companyName(company, random);
    for (let nth = 2; used.has(name); nth++) name = `${companyName(company, random)} ${nth}`;
    used.add(name);
    const stopped = company.code === 'HAL' && `K-${10_001 + index}` === STORIES.over_limit_customer_code;
    const rank = channel === 'key_accounts' ? index + 3 : index - keys + 12;
    const prefix = channel === 'key_accounts' ? 'K' : channel === 'ecommerce' ? 'W' : 'C';
    return {
      id: ids.next(),
      code: `${prefix}-${(company.code === 'HAL' ? 10_001 : 50_001) + index}`,
      name,
      country,
      channel,
      warehouse: homeWarehouse(company, country, random.float()),
      discount_bp:
        channel === 'key_accounts'
          ? random.whole(18, 26) * 100
          : channel === 'inside_sales'
            ? random.whole(6, 18) * 100
            : random.whole(0, 3) * 100,
      weight: 1 / rank ** 0.8,
      terms_days: channel === 'key_accounts' ? random.pick([30, 45, 60]) : random.pick([14, 30, 30]),
      pays_after_days: paysAfter(stopped, random),
      salesperson: channel === 'ecommerce' ? null : random.pick(SALESPEOPLE[company.code] ?? ['Office']),
    };
  });
}

/** Most pay within two weeks of the due date, some early, some very late. */
function paysAfter(stopped: boolean, random: Random): number {
  const early = random.chance(0.15);
  if (stopped) return 30;
  if (early) return -random.whole(3, 12);
  return random.chance(0.12) ? random.whole(25, 55) : random.whole(0, 14);
}

/** Whom walk-in and guest sales are billed to. */
export function makeCashCustomer(company: DemoCompany, ids: Ids): DemoParty {
  const british = company.currency === 'GBP';
  return {
    id: ids.next(),
    code: british ? 'B-50000' : 'B-10000',
    name: 'Cash and card sales',
    country: british ? 'GB' : 'NL',
  };
}

export function makeCarrier(company: DemoCompany, ids: Ids): DemoCarrier {
  const british = company.currency === 'GBP';
  return {
    id: ids.next(),
    code: british ? 'S-2900' : 'S-1900',
    name: british ? 'Northway Distribution' : 'Beneroute Logistiek',
    country: british ? 'GB' : 'NL',
  };
}

function companyName(company: DemoCompany, random: Random): string {
  const british = company.currency === 'GBP';
  const first = random.pick(british ? BRITISH_FIRST : FIRST);
  const second = random.pick(british ? BRITISH_SECOND : SECOND);
  return `${first} ${second} ${random.pick(company.legal_forms)}`;
}

export function* partyBatches(
  company: DemoCompany,
  suppliers: readonly DemoSupplier[],
  carrier: DemoCarrier,
  cash_customer: DemoParty,
  customers: readonly DemoCustomer[],
  limitOf: (customer: DemoCustomer) => number | null,
): Generator<DemoBatch> {
  const row = (
    party: DemoParty,
    kind: string,
    payment_terms_days: number,
    credit_limit_minor: number | null,
    salesperson: string | null,
  ): DemoRow<'party'> => ({
    id: party.id,
    company_id: company.id,
    code: party.code,
    name: party.name,
    kind,
    country: party.country,
    payment_terms_days,
    credit_limit_minor,
    salesperson,
  });
  yield { table: 'party', rows: suppliers.map((each) => row(each, 'supplier', each.terms_days, null, null)) };
  yield { table: 'party', rows: [row(carrier, 'supplier', CARRIER_TERMS_DAYS, null, null)] };
  yield { table: 'party', rows: [row(cash_customer, 'customer', 0, null, null)] };
  yield {
    table: 'party',
    rows: customers.map((each) => row(each, 'customer', each.terms_days, limitOf(each), each.salesperson)),
  };
}
