/** What a scenario makes otherwise, line by line and proposal by proposal, each with the assumptions that reach it. */
import { isoDate } from '#domain/calendar.ts';
import type { Assumption, KnownFacts } from '#domain/scenario/assumption.ts';
import { movesLines, movesProposals, positionOf } from '#domain/scenario/assumption.ts';
import {
  byMoney,
  lineChange,
  type LineOutcome,
  proposalChange,
  proposalMoneyMinor,
} from '#domain/scenario/difference.ts';
import { cellOf } from '../stock/itemColumns.ts';
import type { DemandParts } from './demandParts.ts';
import { reaching } from '#domain/scenario/overlay.ts';
import type { LineDifference, LineStanding, ProposalDifference, ScenarioDifference } from '#contract/queries.ts';
import type { QueueLine } from '../fulfilment/serve.ts';
import { isoDateOrNull } from '../provenance.ts';
import type { Line } from '../replenishment/engine.ts';
import { keyOfLine } from '../replenishment/lineRow.ts';
import { positionKey } from '../stock/stockModel.ts';
import type { Evaluation, Reckoned } from './evaluate.ts';
import { isAssumed } from './overlaidFacts.ts';

type Because = (item_id: number, site_id: number) => readonly string[];

export function differencesOf(
  today: Evaluation,
  scenario: Evaluation,
  assumptions: readonly Assumption[],
  known: KnownFacts,
  asked: DemandParts,
): ScenarioDifference[] {
  if (assumptions.length === 0) return [];
  const of = (moves: (each: Assumption) => boolean): Because =>
    becauseOf(scenario, assumptions.filter(moves), known, asked);
  return [
    ...lineDifferences(today, scenario, of(movesLines)),
    ...proposalDifferences(today.reckoned, scenario.reckoned, of(movesProposals)),
  ].toSorted(byMoney);
}

function becauseOf(
  scenario: Evaluation,
  assumptions: readonly Assumption[],
  known: KnownFacts,
  { abc, shares }: DemandParts,
): Because {
  const reached = reaching(assumptions, known);
  const { stock, buying } = scenario.reckoned.question;
  const { items } = stock.ground;
  const by_channel = assumptions.some(({ kind }) => kind === 'channel');
  return (item_id, site_id) => {
    const item = items.placeOf.get(item_id);
    const lines = by_channel ? scenario.served.positions.get(positionKey(item_id, site_id))?.lines : undefined;
    const cell = cellOf(stock.ground, item_id, site_id);
    const own = shares.get(cell);
    const policy = cell < 0 ? -1 : buying.policies.get(cell);
    return reached({
      item_id,
      site_id,
      policy_kind: policy < 0 ? null : (buying.policy_kind[policy] ?? null),
      abc: item === undefined ? null : (abc?.[item] ?? null),
      ...(own === undefined ? {} : { shares: own }),
      category: item === undefined ? null : (items.categories.values[items.categories.codes[item] as number] ?? null),
      supplier_id: item === undefined ? 0 : (buying.supplier[item] as number),
      channels: lines === undefined ? null : new Set(lines.map((line) => line.channel_id)),
    });
  };
}

const outcomeOf = (line: QueueLine): LineOutcome => ({
  state: line.state,
  in_time_qty_milli: line.served.in_time_qty_milli,
  whole_on: line.served.whole_on,
  short_minor: line.short_minor,
});

const standingOf = ({ state, served }: QueueLine): LineStanding => ({
  state,
  in_time_qty_milli: served.in_time_qty_milli,
  whole_on: isoDateOrNull(served.whole_on),
});

function lineDifferences(today: Evaluation, scenario: Evaluation, because: Because): LineDifference[] {
  const before = new Map(today.served.lines.map((line) => [line.order_line_id, line]));
  const { ground } = scenario;
  const found: LineDifference[] = [];
  for (const line of scenario.served.lines) {
    const was = before.get(line.order_line_id) ?? null;
    const change = lineChange(was === null ? null : outcomeOf(was), outcomeOf(line));
    if (change === null) continue;
    const { order_line_id, order_id, item_id, site_id, open_qty_milli } = line;
    const item = ground.items.get(item_id) ?? itemFrom(scenario.reckoned, item_id);
    const assumed = isAssumed(order_line_id);
    found.push({
      kind: 'line',
      key: `line:${order_line_id}`,
      change,
      item_id,
      item_code: item.code,
      item: item.name,
      uom: item.uom,
      site_id,
      site: ground.sites.get(site_id)?.name ?? '',
      order_line_id: assumed ? null : order_line_id,
      order_id: assumed ? null : order_id,
      number: assumed ? null : (ground.numbers.get(order_id) ?? String(order_id)),
      party: ground.parties.get(line.party_id) ?? null,
      channel_kind: ground.channels.get(line.channel_id)?.kind ?? 'unmapped',
      due_on: isoDate(line.due_on),
      open_qty_milli,
      today: was === null ? null : standingOf(was),
      scenario: standingOf(line),
      money_minor: line.short_minor - (was?.short_minor ?? 0),
      because: because(item_id, site_id),
      reached: 'place',
    });
  }
  return found;
}

function itemFrom({ question }: Reckoned, item_id: number) {
  const { items } = question.stock.ground;
  const item = items.placeOf.get(item_id);
  if (item === undefined) return { code: String(item_id), name: '', uom: '' };
  return {
    code: items.codes[item] ?? '',
    name: items.names[item] ?? '',
    uom: items.uoms.values[items.uoms.codes[item] as number] ?? '',
  };
}

interface Placed {
  readonly line: Line;
  readonly of: Reckoned;
}

function proposalDifferences(today: Reckoned, scenario: Reckoned, because: Because): ProposalDifference[] {
  const byKey = (of: Reckoned): Map<string, Placed> =>
    new Map(of.proposals.lines.map((line) => [keyOfLine(of.question.stock, line), { line, of }]));
  const [before, after] = [byKey(today), byKey(scenario)];
  const found: { readonly row: ProposalDifference; readonly companions: readonly string[] }[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(key), after.get(key)];
    const change = proposalChange(was?.line, is?.line);
    const shown = is ?? was;
    if (change === null || shown === undefined) continue;
    const row = proposalRow(key, shown, { change, was: was?.line, is: is?.line }, because);
    found.push({ row, companions: companionsOf(row, shown) });
  }
  // what no assumption speaks of was ordered or moved together with what one does
  const direct = new Map<string, Set<string>>();
  for (const { row, companions } of found) {
    for (const name of companions) {
      const ids = direct.get(name) ?? new Set();
      direct.set(name, ids);
      for (const id of row.because) ids.add(id);
    }
  }
  return found.map(({ row, companions }) => {
    if (row.because.length > 0) return row;
    const ids = new Set(companions.flatMap((name) => [...(direct.get(name) ?? [])]));
    return { ...row, because: [...ids], reached: 'together' as const };
  });
}

/** Lines of one order to a supplier, and of one item over all sites, depend on each other. */
function companionsOf({ item_id, site_id }: ProposalDifference, { line, of }: Placed): readonly string[] {
  const { stock, buying } = of.question;
  const supplier_id = buying.supplier[stock.item[line.place] as number] ?? 0;
  return [`item ${item_id}`, `order ${supplier_id}:${site_id}`];
}

function proposalRow(
  key: string,
  { line, of }: Placed,
  {
    change,
    was,
    is,
  }: { readonly change: ProposalDifference['change']; readonly was?: Line | undefined; readonly is?: Line | undefined },
  because: Because,
): ProposalDifference {
  const { stock, buying } = of.question;
  const { items, sites, supplierNames } = stock.ground;
  const item = stock.item[line.place] as number;
  const item_id = items.ids[item] as number;
  const site = sites[stock.site[line.place] as number];
  const buy = line.kind === 'buy';
  const from = buy ? undefined : sites[line.from_site];
  const site_id = site?.id ?? 0;
  const own = because(item_id, site_id);
  return {
    kind: 'proposal',
    key,
    change,
    buy,
    item_id,
    ...namesOf(of, item_id),
    site_id,
    site: site?.name ?? '',
    supplier: buy ? (supplierNames.get(buying.supplier[item] as number) ?? null) : null,
    from_site: from?.name ?? null,
    today_qty_milli: was?.qty_milli ?? 0,
    scenario_qty_milli: is?.qty_milli ?? 0,
    money_minor: buy ? proposalMoneyMinor(was, is) : null,
    // a transfer is of two places
    because: from === undefined ? own : [...new Set([...own, ...because(item_id, from.id)])],
    reached: 'place',
  };
}

function namesOf(of: Reckoned, item_id: number) {
  const { code, name, uom } = itemFrom(of, item_id);
  return { item_code: code, item: name, uom };
}

/** Places named by assumptions, in the order of the assumptions. */
export function namedPlaces(
  positions: Iterable<string>,
): readonly { readonly item_id: number; readonly site_id: number }[] {
  return [...new Set(positions)].map((position) => {
    const [item_id, site_id] = position.split(':').map(Number);
    if (item_id === undefined || site_id === undefined) throw new Error(`${position} is no place`);
    if (positionOf(item_id, site_id) !== position) throw new Error(`${position} is no place`);
    return { item_id, site_id };
  });
}
