/** What the file of a scenario's differences holds. Ids are the grid's. */
import type { LineState } from '#domain/allocation/servePosition.ts';
import { minorDigits } from '#domain/money.ts';
import type { LineChange, ProposalChange } from '#domain/scenario/difference.ts';
import type { LineDifference, ProposalDifference, ScenarioDifference } from '#contract/queries.ts';
import { LINE_STATES } from './fulfilmentColumns.ts';
import { type Column, date, decimal, quantity, text } from './table.ts';

const CHANGES: Readonly<Record<LineChange | ProposalChange, string>> = {
  short: 'Line becomes short',
  served: 'Line is served',
  later: 'Line is whole later',
  sooner: 'Line is whole sooner',
  held: 'Line is held',
  added: 'Line is only assumed',
  appears: 'Proposal appears',
  goes: 'Proposal goes',
  changes: 'Proposal changes',
};

/** `labels`: what the scenario's assumptions are called, by their ids. */
export function scenarioColumns(
  currency: string,
  labels: ReadonlyMap<string, string>,
): readonly Column<ScenarioDifference>[] {
  const line = (row: ScenarioDifference): LineDifference | null => (row.kind === 'line' ? row : null);
  const proposal = (row: ScenarioDifference): ProposalDifference | null => (row.kind === 'proposal' ? row : null);
  return [
    text('change', 'What differs', (row) => CHANGES[row.change], 20),
    decimal('money', `Scenario less today, ${currency}`, minorDigits(currency), (row) => row.money_minor),
    text('item', 'Item', (row) => row.item_code),
    text('item', 'Name', (row) => row.item, 34),
    text('site', 'Site', (row) => row.site, 18),
    text('document', 'Order', (row) => line(row)?.number ?? null),
    text('document', 'Customer or supplier', (row) => line(row)?.party ?? proposal(row)?.supplier ?? null, 28),
    text('document', 'From site', (row) => proposal(row)?.from_site ?? null),
    date('due', 'Due on', (row) => line(row)?.due_on ?? null),
    quantity('open', 'Open', (row) => line(row)?.open_qty_milli ?? null),
    quantity('today', 'Today', (row) => line(row)?.today?.in_time_qty_milli ?? proposal(row)?.today_qty_milli ?? null),
    text('today', 'State today', (row) => stateOf(line(row)?.today?.state), 10),
    date('today', 'Whole on today', (row) => line(row)?.today?.whole_on ?? null),
    quantity(
      'scenario',
      'Scenario',
      (row) => line(row)?.scenario.in_time_qty_milli ?? proposal(row)?.scenario_qty_milli ?? null,
    ),
    text('scenario', 'State in the scenario', (row) => stateOf(line(row)?.scenario.state), 10),
    date('scenario', 'Whole on in the scenario', (row) => line(row)?.scenario.whole_on ?? null),
    text('uom', 'Unit', (row) => row.uom, 8),
    text('because', 'Because of', becauseOf(labels), 40),
  ];
}

/** What is proposed together with what an assumption speaks of is said so, as in the grid. */
function becauseOf(labels: ReadonlyMap<string, string>): (row: ScenarioDifference) => string {
  return ({ because, reached }) => {
    const names = because.map((id) => labels.get(id) ?? '').filter(Boolean);
    return `${reached === 'together' && names.length > 0 ? 'ordered with: ' : ''}${names.join('; ')}`;
  };
}

function stateOf(state: LineState | undefined): string | null {
  return state === undefined ? null : LINE_STATES[state];
}
