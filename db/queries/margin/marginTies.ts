/** Does the margin of this month tie to the general ledger? By component, and where it does not, day by day. */
import { isoDate } from '#domain/calendar.ts';
import {
  sameAmount,
  TIE_COMPONENTS,
  TIE_ROLES,
  type TieComponent,
  type TiePlace,
  tiePlaces,
} from '#domain/close/marginTie.ts';
import { ladderFigures } from '#domain/kpi/marginLadder.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { MarginTie, TieLine } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { rememberedOf } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { seesWholeCompany } from '../rights.ts';
import { addCreditRow, creditRows } from './credits.ts';
import { ladderScan } from './marginScan.ts';
import {
  tieAccounts,
  type TieAccount,
  type TieDocument,
  tieDocuments,
  tieEntries,
  type TieEntry,
} from './tieGround.ts';

const TABLES = [
  ...(['order_line', 'order_line_cost', 'shipment_line', 'credit_note', 'claim_cost', 'invoice'] as const),
  ...(['gl_account', 'gl_journal', 'gl_entry', 'gl_line'] as const),
];
const MADE_OF = [...TABLES, 'sales_order', 'claim', 'party', 'item'] as const;

/** What Margin calls the figure, and how it adds to the margin. */
const FIGURES: Readonly<Record<TieComponent, readonly [kpi: string, sign: 1 | -1]>> = {
  gross: ['gross_sales', 1],
  discounts: ['discounts', 1],
  returns: ['returns', 1],
  cost: ['landed_cost', -1],
  freight: ['outbound_freight', -1],
  rebates: ['rebates', -1],
  fees: ['channel_fees', -1],
  claims: ['claims', -1],
};

/** Both sides of a month, as they were read. */
export interface TieGround {
  readonly accounts: readonly TieAccount[];
  readonly documents: readonly TieDocument[];
  readonly entries: readonly TieEntry[];
  readonly figures: ReadonlyMap<string, number | null>;
  readonly parties: ReadonlyMap<number, string>;
}

interface Asked {
  readonly company_id: number;
  readonly month: number;
}

async function groundOf(context: QueryContext, { company_id, month }: Asked): Promise<TieGround> {
  for (const area of ['cost', 'finance'] as const) {
    if (seesWholeCompany(context.user, company_id, area)) continue;
    throw new BinnacleError('not_permitted', 'The ledger beside the margin of a whole company is for Finance.');
  }
  if (TABLES.some((table) => context.replica.loading_tables.has(table))) {
    throw new BinnacleError('conflict', 'Documents and entries are still loading. Try again in a minute.', true);
  }
  // a day of it is asked for after the month, and all of a large company's documents are read for either
  const key = JSON.stringify([company_id, month, context.user.grants]);
  return await rememberedOf(
    context,
    (cache) => cache.ties,
    key,
    MADE_OF,
    () => read(context, { company_id, month }),
    1,
  );
}

async function read(context: QueryContext, { company_id, month }: Asked): Promise<TieGround> {
  const range = { company_id, from_month: month, to_month: month };
  const sums = await ladderScan(context, range);
  for (const row of await creditRows(context, [company_id], range, true)) addCreditRow(sums, row);
  const figures = new Map([...ladderFigures(sums, true)].map(([kpi, figure]) => [kpi, figure.value]));
  const documents = await tieDocuments(context, company_id, month);
  const entries = await tieEntries(context, company_id, month);
  const accounts = await tieAccounts(context, company_id);
  const parties = await context.db
    .selectFrom('party')
    .select(['id', 'name'])
    .where('company_id', '=', company_id)
    .execute();
  return { accounts, documents, entries, figures, parties: new Map(parties.map(({ id, name }) => [id, name])) };
}

interface TieDay extends TiePlace {
  documents_minor: number;
  ledger_minor: number;
}

/** Days and channels with anything on either side, and by what key something is of one of them. */
function daysOf({ documents, entries }: TieGround, component: TieComponent) {
  const at = TIE_COMPONENTS.indexOf(component);
  const own = entries.filter((entry) => entry.component === component);
  const placeOf = tiePlaces(own);
  const keyOf = (of: TiePlace): string => placeKey(placeOf(of));
  const days = new Map<string, TieDay>();
  const dayOf = (of: TiePlace): TieDay => {
    const key = keyOf(of);
    const found = days.get(key) ?? { ...placeOf(of), documents_minor: 0, ledger_minor: 0 };
    days.set(key, found);
    return found;
  };
  for (const document of documents) {
    const amount = document.amounts[at] ?? 0;
    if (amount !== 0) dayOf(document).documents_minor += amount;
  }
  for (const entry of own) dayOf(entry).ledger_minor += entry.amount_minor;
  return { days: [...days.values()], keyOf };
}

function placeKey({ day, channel_id }: TiePlace): string {
  return `${day} ${channel_id ?? ''}`;
}

const differs = ({ documents_minor, ledger_minor }: TieDay): boolean => documents_minor !== ledger_minor;

function tieOf(ground: TieGround, component: TieComponent, month: number): MarginTie {
  const at = TIE_COMPONENTS.indexOf(component);
  const accounts = ground.accounts.filter((account) => account.component === component);
  const [kpi, sign] = FIGURES[component];
  const figure = ground.figures.get(kpi) ?? (sold(ground, component) ? null : 0);
  const margin_minor = figure === null ? null : figure * sign + 0;
  let documents_minor = 0;
  let own_minor = 0;
  const byParty = new Map<string, number>();
  for (const { amounts, month: counted_in, party_id } of ground.documents) {
    const amount = amounts[at] ?? 0;
    documents_minor += amount;
    if (counted_in === month) own_minor += amount;
    const party = party_id === null ? 'No customer' : (ground.parties.get(party_id) ?? `Customer ${party_id}`);
    if (amount !== 0) byParty.set(party, (byParty.get(party) ?? 0) + amount);
  }
  const { days } = daysOf(ground, component);
  const ledger_minor = accounts.length === 0 ? null : days.reduce((sum, day) => sum + day.ledger_minor, 0);
  const difference_minor = ledger_minor === null ? null : ledger_minor - documents_minor;
  return {
    component,
    role: TIE_ROLES[component],
    accounts: accounts.map(({ code, name }) => ({ code, name })),
    margin_minor,
    undelivered_minor: margin_minor === null ? null : margin_minor - own_minor,
    earlier_minor: documents_minor - own_minor,
    documents_minor,
    ledger_minor,
    difference_minor,
    differing_days: ledger_minor === null ? 0 : days.filter(differs).length,
    same_amount: sameAmount(difference_minor ?? 0, byParty).slice(0, 3),
  };
}

/** Without a line or document of the month a figure that is not known is nothing, not unknown. */
function sold({ documents, figures }: TieGround, component: TieComponent): boolean {
  const at = TIE_COMPONENTS.indexOf(component);
  return (figures.get('gross_sales') ?? 0) !== 0 || documents.some(({ amounts }) => (amounts[at] ?? 0) !== 0);
}

export const marginTies: QueryHandler<'marginTies'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const ground = await groundOf(context, args);
  return {
    ties: TIE_COMPONENTS.map((component) => tieOf(ground, component, args.month)),
    currency: company.currency,
    provenance: provenance(context, TABLES),
  };
};

export const marginTieLines: QueryHandler<'marginTieLines'> = async (context, { component, limit, ...args }) => {
  const company = await companyById(context, args.company_id);
  const ground = await groundOf(context, args);
  const tie = tieOf(ground, component, args.month);
  const at = TIE_COMPONENTS.indexOf(component);
  const channels = await context.db
    .selectFrom('channel')
    .select(['id', 'name', 'kind'])
    .where('company_id', '=', company.id)
    .execute();
  const channelOf = new Map(channels.map((channel) => [channel.id, channel]));
  const { days: all, keyOf } = daysOf(ground, component);
  const days = (tie.ledger_minor === null ? [] : all.filter(differs)).toSorted(
    (a, b) =>
      Math.abs(b.ledger_minor - b.documents_minor) - Math.abs(a.ledger_minor - a.documents_minor) ||
      a.day - b.day ||
      (a.channel_id ?? 0) - (b.channel_id ?? 0),
  );
  const entriesOf = Map.groupBy(
    ground.entries.filter((entry) => entry.component === component),
    keyOf,
  );
  const documentsOf = Map.groupBy(
    ground.documents.filter(({ amounts }) => (amounts[at] ?? 0) !== 0),
    keyOf,
  );
  const lines: TieLine[] = [];
  let whole = 0;
  const named = (channel_id: number | null) => {
    const channel = channel_id === null ? undefined : channelOf.get(channel_id);
    const name = channel_id === null ? null : (channel?.name ?? `Channel ${channel_id}`);
    return { channel: name, channel_kind: channel?.kind ?? null };
  };
  for (const { day, channel_id, documents_minor, ledger_minor } of days) {
    const head = { on: isoDate(day), ...named(channel_id), order_id: 0, difference_minor: null };
    const key = placeKey({ day, channel_id });
    const entries = (entriesOf.get(key) ?? []).map(
      ({ entry_id, number, about, amount_minor }): TieLine => ({
        ...head,
        key: `${key} entry ${entry_id}`,
        kind: 'entry',
        number,
        about,
        documents_minor: null,
        ledger_minor: amount_minor,
      }),
    );
    const documents = (documentsOf.get(key) ?? []).map(
      ({ number, channel_id: own, party_id, order_id, amounts }, nth): TieLine => ({
        ...head,
        ...named(own),
        key: `${key} document ${nth}`,
        kind: 'document',
        number,
        about: party_id === null ? null : (ground.parties.get(party_id) ?? null),
        order_id,
        documents_minor: amounts[at] ?? 0,
        ledger_minor: null,
      }),
    );
    // the first is shown as far as it goes
    if (whole > 0 && lines.length + 1 + entries.length + documents.length > limit) break;
    lines.push(
      {
        ...head,
        key,
        kind: 'day',
        number: null,
        about: null,
        documents_minor,
        ledger_minor,
        difference_minor: ledger_minor - documents_minor,
      },
      ...entries,
      ...documents,
    );
    if (lines.length > limit) break;
    whole += 1;
  }
  return {
    lines: lines.slice(0, limit),
    days: days.length,
    days_left_out: days.length - whole,
    tie,
    currency: company.currency,
    provenance: provenance(context, TABLES),
  };
};
