/** The columns of what differs between a scenario and today. */
import { minorDigits } from '#domain/money.ts';
import type { LineStanding, ScenarioDifference } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { currencySymbol, overviewAmount } from '#renderer/format/money.ts';
import { NO_DATA, quantity, signed } from '#renderer/format/numbers.ts';
import { CellCode, CellName } from '#renderer/grid/cellParts.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { STATE_WORDS } from '#renderer/screens/fulfilment/queueWords.ts';
import { ChannelMark, Status } from '#renderer/ui/Mark.tsx';
import { CHANGE_WORDS } from './scenarioWords.ts';

export function differenceColumns({
  currency,
  labels,
  siteCodes,
}: {
  readonly currency: string;
  /** What the assumptions are called. */
  readonly labels: ReadonlyMap<string, string>;
  readonly siteCodes: ReadonlyMap<number, string>;
}): readonly GridColumn<ScenarioDifference>[] {
  return [
    {
      id: 'change',
      header: 'What differs',
      width: 126,
      text: (row) => CHANGE_WORDS[row.change].word,
      cell: (row) => <Status shape={CHANGE_WORDS[row.change].shape}>{CHANGE_WORDS[row.change].word}</Status>,
    },
    {
      id: 'money',
      header: `± ${currencySymbol(currency)}`,
      help: 'Of a line what is more or less at risk, of a proposal what is ordered more or less',
      width: 70,
      align: 'right',
      text: (row) =>
        row.money_minor === null ? NO_DATA : signed(overviewAmount(row.money_minor, currency), row.money_minor),
      figure: (row) =>
        row.money_minor === null ? null : { value: row.money_minor, places: minorDigits(currency), unit: currency },
    },
    {
      id: 'item',
      header: 'Item',
      width: 190,
      text: (row) => `${row.item_code} ${row.item}`,
      cell: (row) => (
        <>
          <CellCode>{row.item_code}</CellCode>
          <CellName>{row.item}</CellName>
        </>
      ),
    },
    {
      id: 'site',
      header: 'Site',
      width: 50,
      text: (row) => siteCodes.get(row.site_id) ?? row.site,
      tone: () => 'quiet',
    },
    {
      id: 'document',
      header: 'Order, customer or supplier',
      width: 150,
      text: documentText,
      cell: (row) =>
        row.kind === 'line' ? (
          <>
            <ChannelMark kind={row.channel_kind} />
            <CellName>{documentText(row)}</CellName>
          </>
        ) : (
          <CellName>{documentText(row)}</CellName>
        ),
    },
    {
      id: 'due',
      header: 'Due',
      width: 58,
      align: 'right',
      text: (row) => (row.kind === 'line' ? shortDate(row.due_on) : ''),
    },
    {
      id: 'today',
      header: 'Today',
      help: 'Of a line what is there by its day and its state, of a proposal its quantity',
      width: 88,
      align: 'right',
      text: (row) => (row.kind === 'line' ? standingText(row.today) : proposed(row.today_qty_milli)),
    },
    {
      id: 'scenario',
      header: 'Scenario',
      width: 88,
      align: 'right',
      text: (row) => (row.kind === 'line' ? standingText(row.scenario) : proposed(row.scenario_qty_milli)),
    },
    { id: 'uom', header: 'Unit', width: 44, text: (row) => row.uom, tone: () => 'quiet' },
    {
      id: 'because',
      header: 'Because of',
      width: 120,
      text: (row) => {
        const names = row.because.map((id) => labels.get(id) ?? '').filter(Boolean);
        return `${row.reached === 'together' && names.length > 0 ? 'ordered with: ' : ''}${names.join('; ')}`;
      },
    },
  ];
}

function documentText(row: ScenarioDifference): string {
  if (row.kind === 'line') return [row.number ?? 'Assumed order', row.party].filter(Boolean).join(' ');
  return row.buy ? (row.supplier ?? '') : `from ${row.from_site ?? ''}`;
}

function standingText(standing: LineStanding | null): string {
  if (standing === null) return NO_DATA;
  return `${quantity(standing.in_time_qty_milli)} ${STATE_WORDS[standing.state].word.toLowerCase()}`;
}

function proposed(qty_milli: number): string {
  return qty_milli === 0 ? NO_DATA : quantity(qty_milli);
}
