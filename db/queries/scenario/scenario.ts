/** What does a scenario assume, in names; what of it cannot be any more, and what would be sent? */
import { isoDate } from '#domain/calendar.ts';
import { inForceOn } from '#domain/governance/inForce.ts';
import { type Assumption, type KnownFacts, positionOf, problemsOf } from '#domain/scenario/assumption.ts';
import type { NamedAssumption } from '#contract/queries.ts';
import type { AssumptionView } from '#contract/queries/scenarios.ts';
import { assumptionsOf, knownFacts } from '#db/scenarios/knownFacts.ts';
import { scenarioById } from '#db/scenarios/scenarioStore.ts';
import { sendingOf } from '#db/scenarios/sending.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { outcomesOf } from './outcomes.ts';

const NEEDS = ['item', 'site', 'channel', 'party', 'po_line', 'purchase_order', 'sales_order', 'order_line'] as const;

export const scenario: QueryHandler<'scenario'> = async (context, { scenario_id }) => {
  const { scan } = context;
  const stored = scenarioById(scan, 'work', scenario_id);
  const company = await companyById(context, stored.company_id);
  const today_on = asOfDay(context, company.time_zone);
  const known = knownFacts(scan, company.id, today_on, stored.assumptions);
  const assumptions = assumptionsOf(stored.assumptions);
  const problems = problemsOf(assumptions, known);
  const outcomes = outcomesOf(scan, stored.sent);
  const names = namesOf(context, stored.assumptions, known);
  const rules = heldRules(context, company.id, stored.assumptions, known);
  const parts = { scan, company_id: company.id, scenario_name: stored.name, known };
  return {
    id: stored.id,
    company_id: company.id,
    name: stored.name,
    saved_at_ms: stored.saved_at_ms,
    submitted_at_ms: stored.submitted_at_ms,
    assumptions: assumptions.map((each, at): NamedAssumption => {
      const problem = problems.get(each.id) ?? null;
      return {
        assumption: stored.assumptions[at] as AssumptionView,
        ...names(each),
        held: rules(each),
        problem,
        sending: problem === null ? sendingOf(each, parts) : { stays: 'It is left out.' },
        outcome: outcomes.get(each.id) ?? null,
      };
    }),
    as_of_date: isoDate(today_on),
    provenance: provenance(context, NEEDS),
  };
};

export const scenarioCheck: QueryHandler<'scenarioCheck'> = async (context, { company_id, assumptions }) => {
  const company = await companyById(context, company_id);
  const known = knownFacts(context.scan, company.id, asOfDay(context, company.time_zone), assumptions);
  const problems = problemsOf(assumptionsOf(assumptions), known);
  return { problems: [...problems].map(([assumption_id, problem]) => ({ assumption_id, problem })) };
};

type Names = Omit<NamedAssumption, 'assumption' | 'held' | 'problem' | 'sending' | 'outcome'>;

function namesOf(
  { scan }: QueryContext,
  views: readonly AssumptionView[],
  known: KnownFacts,
): (each: Assumption) => Names {
  const { items } = known;
  const lines = new Map(
    scan<readonly [number, number, number | null, number | null]>(
      'SELECT id, ordinal, item_id, site_id FROM main.order_line WHERE id IN (SELECT value FROM json_each(?))',
      [JSON.stringify(views.flatMap((each) => (each.kind === 'serving' ? (each.order_line_id ?? []) : [])))],
    ).map(([id, ordinal, item_id, site_id]) => [id, { ordinal, item_id, site_id }]),
  );
  const purchases = new Map(
    scan<readonly [number, number]>(
      'SELECT id, purchase_order_id FROM main.po_line WHERE id IN (SELECT value FROM json_each(?))',
      [JSON.stringify([...known.receipts.keys()])],
    ),
  );
  const nothing: Names = {
    label: '',
    item_code: null,
    item: null,
    uom: null,
    site: null,
    channel: null,
    supplier: null,
    document: null,
    known: null,
  };
  const placed = (item_id: number | null, site_id: number | null): Names => {
    const item = item_id === null ? undefined : items.get(item_id);
    return {
      ...nothing,
      item_code: item?.code ?? null,
      item: item?.name ?? null,
      uom: item?.uom ?? null,
      site: site_id === null ? null : (known.sites.get(site_id) ?? null),
    };
  };
  return (each) => {
    switch (each.kind) {
      case 'receipt': {
        const receipt = known.receipts.get(each.po_line_id);
        if (receipt === undefined) return { ...nothing, label: 'A purchase order line' };
        const names = placed(receipt.item_id, receipt.site_id);
        return {
          ...names,
          label: `${receipt.number} · ${names.item_code ?? ''}`,
          document: { kind: 'purchase', id: purchases.get(each.po_line_id) ?? 0, number: receipt.number },
          known: { on: isoDate(receipt.on), qty_milli: receipt.open_qty_milli },
        };
      }
      case 'serving': {
        const number = known.orders.get(each.order_id)?.number ?? 'an order';
        const line = each.order_line_id === null ? undefined : lines.get(each.order_line_id);
        return {
          ...placed(line?.item_id ?? null, line?.site_id ?? null),
          label: line === undefined ? number : `${number} line ${line.ordinal}`,
          document: { kind: 'order', id: each.order_id, number },
        };
      }
      case 'channel': {
        const channel = known.channels.get(each.channel_id) ?? null;
        return { ...nothing, channel, label: channel ?? 'A channel' };
      }
      case 'lead_time': {
        const supplier = known.suppliers.get(each.supplier_id) ?? null;
        return { ...nothing, supplier, label: supplier ?? 'A supplier' };
      }
      case 'demand': {
        const names = placed(each.item_id, each.site_id);
        const channel = each.channel_id == null ? null : (known.channels.get(each.channel_id) ?? null);
        const of_class = each.abc == null ? null : `class ${each.abc}`;
        const groups = [each.category, of_class].filter((part) => part !== null).join(' ');
        const what = names.item_code ?? (groups === '' ? 'all items' : groups);
        const where = [channel, names.site].flatMap((part) => (part === null ? [] : ` ${part}`)).join('');
        return { ...names, channel, label: `Demand ${what}${where}` };
      }
      case 'new_order_line': {
        const names = placed(each.item_id, each.site_id);
        const channel = each.channel_id === null ? null : (known.channels.get(each.channel_id) ?? null);
        return { ...names, channel, label: `New order ${names.item_code ?? ''}` };
      }
      case 'new_receipt':
        return { ...placed(each.item_id, each.site_id), label: `New receipt ${items.get(each.item_id)?.code ?? ''}` };
      case 'class_policy': {
        const names = placed(null, each.site_id);
        return { ...names, label: `Policies class ${each.abc}${names.site === null ? '' : ` ${names.site}`}` };
      }
      case 'policy':
        return { ...placed(each.item_id, each.site_id), label: `Policy ${items.get(each.item_id)?.code ?? ''}` };
    }
  };
}

function heldRules(
  { scan }: QueryContext,
  company_id: number,
  views: readonly AssumptionView[],
  known: KnownFacts,
): (each: Assumption) => NamedAssumption['held'] {
  const channels = views.some(({ kind }) => kind === 'channel')
    ? Map.groupBy(
        scan<readonly [number, number, number, number | null, number | null]>(
          'SELECT channel_id, priority, protected_bp, valid_from, valid_to FROM main.channel_rule WHERE company_id = ?',
          [company_id],
        ).map(([id, priority, protected_bp, valid_from, valid_to]) => ({
          id,
          held: { priority, protected_bp },
          valid_from,
          valid_to,
        })),
        ({ id }) => id,
      )
    : null;
  return (each) => {
    if (each.kind === 'channel') {
      return inForceOn(channels?.get(each.channel_id) ?? [], known.today_on)?.held ?? null;
    }
    if (each.kind !== 'policy') return null;
    const policy = known.policies.get(positionOf(each.item_id, each.site_id));
    if (policy === undefined) return null;
    const { min_qty_milli, max_qty_milli, target_bp } = policy;
    return { min_qty_milli, max_qty_milli, target_bp };
  };
}
