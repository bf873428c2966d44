/** The columns of rules in force, and of changes. */
import { minorDigits } from '#domain/money.ts';
import { type RuleField, type RuleSubject, SUBJECTS, TEXT_FIELDS } from '#domain/governance/subjects.ts';
import type { RuleChangeView, RuleView } from '#contract/queries.ts';
import { shortDate, weekdayDate } from '#renderer/format/dates.ts';
import { currencySymbol } from '#renderer/format/money.ts';
import { integer, NO_DATA } from '#renderer/format/numbers.ts';
import { CellCode, CellName } from '#renderer/grid/cellParts.tsx';
import type { Figure, GridColumn } from '#renderer/grid/columns.ts';
import { Status } from '#renderer/ui/Mark.tsx';
import { kpiName, ownName, ruleFigure, STATE_WORDS } from './ruleWords.ts';

const FIELD_WIDTH: Readonly<Record<RuleField['type'], number>> = {
  quantity: 104,
  days: 112,
  rank: 76,
  whole: 112,
  percent: 132,
  money: 122,
  price: 108,
  figure: 108,
  name: 96,
  text: 210,
  choice: 116,
  weekdays: 150,
  dates: 190,
};

export function rulesColumns(subject: RuleSubject, currency: string): readonly GridColumn<RuleView>[] {
  const { key, key_optional, fields, party = 'customer' } = SUBJECTS[subject];
  const columns: GridColumn<RuleView>[] = [];
  if (key.length === 0)
    columns.push({ id: 'about', header: 'Of', width: 250, text: () => 'Every account of the ledger' });
  if (key.includes('kpi')) {
    columns.push({ id: 'kpi', header: 'KPI', width: 250, sort: 'kpi', text: (row) => kpiName(row.kpi) });
  }
  if (key.includes('party_id')) {
    columns.push({
      id: 'customer',
      header: party === 'supplier' ? 'Supplier' : 'Customer',
      width: 250,
      sort: 'customer',
      text: (row) =>
        row.customer_name === null
          ? party === 'supplier'
            ? subject === 'buying_calendar' && row.site === null
              ? 'The company'
              : NO_DATA
            : 'All customers'
          : `${row.customer_code ?? ''} ${row.customer_name}`.trim(),
      tone: (row) => (row.customer_name === null ? 'quiet' : undefined),
    });
  }
  if (key.includes('item_id')) {
    columns.push({
      id: 'item',
      header: 'Item',
      width: 262,
      sort: 'item',
      text: (row) =>
        row.item_code === null && key_optional.includes('item_id')
          ? 'All items'
          : `${row.item_code ?? NO_DATA} ${row.item_name ?? ''}`,
      tone: (row) => (row.item_code === null ? 'quiet' : undefined),
      cell: (row) =>
        row.item_code === null ? (
          'All items'
        ) : (
          <>
            <CellCode>{row.item_code}</CellCode> <CellName>{row.item_name}</CellName>
          </>
        ),
    });
  }
  if (key.includes('category')) {
    columns.push({
      id: 'category',
      header: 'Category',
      width: 130,
      sort: 'category',
      text: (row) => row.category ?? 'All',
      tone: (row) => (row.category === null ? 'quiet' : undefined),
    });
  }
  if (key.includes('site_id')) {
    columns.push({ id: 'site', header: 'Site', width: 62, sort: 'site', text: (row) => row.site ?? NO_DATA });
  }
  if (key.includes('channel_id')) {
    columns.push({
      id: 'channel',
      header: 'Channel',
      width: 140,
      sort: 'channel',
      text: (row) => row.channel ?? 'All channels',
      tone: (row) => (row.channel === null ? 'quiet' : undefined),
    });
  }
  if (key.includes('name')) {
    columns.push({
      id: 'name',
      header: SUBJECTS[subject].named === 'reconciliation' ? 'Reconciliation' : 'Fee',
      width: 190,
      sort: 'name',
      text: (row) => ownName(row.name, subject),
    });
  }
  if (key.includes('item_id') && !key.includes('party_id')) {
    columns.push({ id: 'unit', header: 'Unit', width: 52, text: (row) => row.uom ?? NO_DATA, tone: () => 'quiet' });
  }
  for (const field of fields) {
    columns.push(field.type === 'name' ? ownerColumn() : figureColumn(subject, field, currency));
  }
  columns.push(
    {
      id: 'since',
      header: 'Since',
      width: 92,
      align: 'right',
      ...(SUBJECTS[subject].versions === 'now' ? {} : { sort: 'since' }),
      text: (row) => (row.since === null ? 'ever' : shortDate(row.since, 0)),
      tone: (row) => (row.since === null ? 'quiet' : undefined),
    },
    {
      id: 'until',
      header: 'Until',
      width: 92,
      align: 'right',
      text: (row) => (row.until === null ? NO_DATA : shortDate(row.until, 0)),
      tone: () => 'quiet',
    },
    {
      id: 'changed_by',
      header: 'Drafted by',
      width: 88,
      text: (row) => row.changed_by ?? NO_DATA,
      tone: () => 'quiet',
    },
    {
      id: 'approved_by',
      header: 'Approved by',
      width: 94,
      text: (row) => row.approved_by ?? NO_DATA,
      tone: () => 'quiet',
    },
    {
      id: 'waits',
      header: 'Change',
      width: 150,
      text: (row) => (row.waits === null ? '' : STATE_WORDS[row.waits.state].word),
      cell: (row) =>
        row.waits === null ? null : (
          <Status shape={STATE_WORDS[row.waits.state].shape}>{STATE_WORDS[row.waits.state].word}</Status>
        ),
    },
  );
  return columns;
}

function ownerColumn(): GridColumn<RuleView> {
  return {
    id: 'owner',
    header: 'Owner',
    width: FIELD_WIDTH.name,
    sort: 'owner',
    text: (row) => ownerOf(row) ?? '◇ nobody',
  };
}

export function ownerOf({ values }: Pick<RuleView, 'values'>): string | null {
  const { owner } = values as { readonly owner?: unknown };
  return typeof owner === 'string' ? owner : null;
}

function figureColumn(subject: RuleSubject, field: RuleField, currency: string): GridColumn<RuleView> {
  const header = `${field.label[0]?.toUpperCase()}${field.label.slice(1)}`;
  const money = field.type === 'money' || field.type === 'price';
  return {
    id: field.name,
    header: money ? `${header}, ${currencySymbol(currency)}` : header,
    width: FIELD_WIDTH[field.type],
    ...(TEXT_FIELDS.has(field.type) ? {} : { align: 'right' as const }),
    // what only some kinds of policies have is shown when chosen
    hidden: field.optional === true && subject === 'policy',
    text: (row) => ruleFigure(field, row.values[field.name], currency, row.kpi),
    figure: (row): Figure | null => {
      const value = row.values[field.name];
      if (typeof value !== 'number') return null;
      switch (field.type) {
        case 'quantity':
          return { value, places: 3, unit: row.uom ?? 'no unit' };
        case 'money':
          return { value, places: minorDigits(currency), unit: currency };
        default:
          // prices, shares and ranks of several rules add up to nothing
          return null;
      }
    },
  };
}

export const CHANGE_COLUMNS: readonly GridColumn<RuleChangeView>[] = [
  { id: 'title', header: 'Change', width: 300, sort: 'title', text: (change) => change.title },
  {
    id: 'state',
    header: 'State',
    width: 150,
    sort: 'state',
    text: (change) => `${change.predicted ? '≈ ' : ''}${STATE_WORDS[change.state].word}`,
    cell: (change) => (
      <Status shape={STATE_WORDS[change.state].shape}>
        {change.predicted ? '≈ ' : ''}
        {STATE_WORDS[change.state].word}
      </Status>
    ),
  },
  { id: 'subject', header: 'Of', width: 120, sort: 'subject', text: (change) => SUBJECTS[change.subject].title },
  { id: 'lines', header: 'Rules', width: 66, align: 'right', sort: 'lines', text: (change) => integer(change.lines) },
  {
    id: 'effective_on',
    header: 'From',
    width: 108,
    align: 'right',
    sort: 'effective_on',
    text: (change) => weekdayDate(change.effective_on, 0),
  },
  { id: 'author', header: 'Drafted by', width: 92, sort: 'author', text: (change) => change.author },
  {
    id: 'decided_by',
    header: 'Decided by',
    width: 96,
    text: (change) => change.verdicts.find(({ author }) => author !== null)?.author ?? NO_DATA,
  },
  { id: 'reason', header: 'Why', width: 330, text: (change) => change.reason, tone: () => 'quiet' },
];
