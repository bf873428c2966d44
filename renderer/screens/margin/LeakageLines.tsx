/** The lines of one cause of leakage; they add up to what the list says. */
import { type ReactNode, useMemo, useState } from 'react';
import { minorDigits } from '#domain/money.ts';
import type { LeakageCause } from '#domain/pricing/leakage.ts';
import type { LeakageLine, MarginLeakageLines } from '#contract/queries.ts';
import { useClient } from '#renderer/client/useContract.ts';
import { monthSpan, shortDate } from '#renderer/format/dates.ts';
import { currencySymbol, ledgerAmount, ledgerMoney } from '#renderer/format/money.ts';
import { counted, NO_DATA, percent, quantity } from '#renderer/format/numbers.ts';
import { BlockGrid } from '#renderer/grid/BlockGrid.tsx';
import { type BlockQuestion, editionArguments } from '#renderer/grid/blocks.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import type { RangeSummary } from '#renderer/grid/range.ts';
import type { Crumb } from '#renderer/screens/figures/Crumbs.tsx';
import styles from '#renderer/screens/figures/figures.module.css';
import { LinesFrame } from '#renderer/screens/figures/LinesFrame.tsx';
import { type TrailStep, trailFilter } from '#renderer/screens/figures/trail.ts';
import { noneWords, told } from '#renderer/screens/figures/told.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { ChannelMark } from '#renderer/ui/Mark.tsx';
import { Empty } from '#renderer/ui/States.tsx';
import { CAUSE_WORDS } from './marginView.ts';

interface Row {
  readonly key: string;
  /** null = the pinned sum. */
  readonly line: LeakageLine | null;
}

export function LeakageLines({
  cause,
  from,
  to,
  way,
  crumbs,
  companies,
  onBack,
}: {
  readonly cause: LeakageCause;
  readonly from: number;
  readonly to: number;
  /** The rows that were opened on the way here. */
  readonly way: readonly TrailStep[];
  readonly crumbs: readonly Crumb[];
  /** Of which company these are, when several have some. */
  readonly companies?: ReactNode;
  readonly onBack: () => void;
}) {
  const { company, openOrder } = useWorkplace();
  const client = useClient();
  const [answer, setAnswer] = useState<MarginLeakageLines | null>(null);
  const [behind, setBehind] = useState(false);
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const args = useMemo(
    () => ({ company_id: company.id, from_month: from, to_month: to, ...trailFilter(way), cause }),
    [company.id, from, to, way, cause],
  );
  const question = useMemo<BlockQuestion<MarginLeakageLines, Row>>(
    () => ({
      load: (offset, limit, signal, within) =>
        client.call('marginLeakageLines', { ...args, offset, limit, ...editionArguments(within) }, { signal }),
      rowsOf: (result) => result.lines.map((line) => ({ key: line.key, line })),
      totalOf: (result) => result.total_lines,
      editionOf: (result) => result,
      basis: JSON.stringify(args),
    }),
    [client, args],
  );
  // what they come to is of all of them
  const whole = useMemo(() => told(answer), [answer]);
  const total_minor = whole?.total_minor ?? null;
  const columns = useMemo(
    () => leakColumns(cause, company.currency, total_minor, Math.floor(to / 100)),
    [cause, company.currency, total_minor, to],
  );
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      ...(cause === 'cost_rise' ? [] : [{ key: '', cap: '↵', word: 'open order' }]),
      { key: 'Backspace', cap: '⌫', word: 'back to the figures', run: onBack, everywhere: true },
      { key: '', cap: 'Ctrl C', word: 'copy' },
    ],
    [cause, onBack],
  );
  useKeys('Lines of a leak', keys);
  const word = cause === 'cost_rise' ? 'item' : 'line';
  return (
    <LinesFrame<Row>
      crumbs={crumbs}
      companies={companies}
      backWord="Back to the figures"
      onBack={onBack}
      headerRight={
        whole ? (
          <span>
            <b className={styles['total']}>{ledgerMoney(whole.total_minor, company.currency)}</b> in{' '}
            {counted(whole.total_lines, word)}
          </span>
        ) : null
      }
      says={
        <span className={styles['formula']}>
          {CAUSE_WORDS[cause]}, {monthSpan(from, to)}: {MEANS[cause]}
        </span>
      }
      viewId={`leak-${cause}`}
      columns={columns}
      asked={{ query: 'marginLeakageLines', args: { ...args } }}
      word={word}
      answer={answer}
      behind={behind}
      summary={summary}
    >
      <BlockGrid<MarginLeakageLines, Row>
        label={`Lines of ${CAUSE_WORDS[cause]}`}
        viewId={`leak-${cause}`}
        columns={columns}
        rowKey={(row) => row.key}
        totals={whole ? { key: 'total', line: null } : undefined}
        questionKey={JSON.stringify(args)}
        question={question}
        onResult={setAnswer}
        onBehind={setBehind}
        onDrill={(row) => {
          if (row.line?.order_id) openOrder(row.line.order_id);
        }}
        onSelection={setSummary}
        empty={
          <Empty
            good={whole !== undefined}
            {...noneWords(answer, { title: `${CAUSE_WORDS[cause]}: nothing`, text: monthSpan(from, to) })}
          />
        }
      />
    </LinesFrame>
  );
}

const MEANS: Readonly<Record<LeakageCause, string>> = {
  below_floor: 'the floor’s amount less what was billed.',
  discount_not_approved: 'the part of the discount above what the rule allows.',
  freight_not_charged: 'the charge an order under the free-freight limit did not bear.',
  cost_rise: 'what of the cost’s rise the mean price did not take up, times what was sold since.',
  rebate_not_accrued: 'what the rebate that the terms give is more than the one that is accrued.',
};

function leakColumns(
  cause: LeakageCause,
  currency: string,
  total_minor: number | null,
  year: number,
): readonly GridColumn<Row>[] {
  const text = (
    id: string,
    header: string,
    width: number,
    value: (line: LeakageLine) => string,
    more: Partial<GridColumn<Row>> = {},
  ): GridColumn<Row> => ({ id, header, width, text: ({ line }) => (line ? value(line) : ''), ...more });
  const right = { align: 'right' as const };
  const ofItem = cause === 'cost_rise';
  return [
    {
      ...text('number', ofItem ? 'Item' : 'Order', 132, (line) => line.number),
      text: ({ line }) => (line ? line.number : ofItem ? 'All items' : 'All lines'),
    },
    text('on', ofItem ? 'Since' : 'Ordered', 88, (line) => shortDate(line.on, year), right),
    text('item', ofItem ? 'Name' : 'Item', 240, (line) => line.item ?? NO_DATA),
    {
      ...text('party', ofItem ? 'Supplier' : 'Customer', 200, (line) => line.party ?? NO_DATA),
      cell: ({ line }) =>
        line ? (
          <>
            {line.channel_kind === null ? null : <ChannelMark kind={line.channel_kind} />}
            {line.party ?? NO_DATA}
          </>
        ) : null,
    },
    text('quantity', ofItem ? 'Sold since' : 'Quantity', 90, (line) => quantity(line.qty_milli), right),
    text('uom', 'Unit', 52, (line) => line.uom ?? NO_DATA, { tone: () => 'quiet' }),
    ...(cause === 'discount_not_approved' ? [text('rule', 'Rule', 76, (line) => percent(line.rule_bp), right)] : []),
    ...(cause === 'discount_not_approved' || ofItem
      ? [text('given', ofItem ? 'Rise' : 'Given', 76, (line) => percent(line.given_bp), right)]
      : []),
    {
      id: 'leak',
      header: `Lost, ${currencySymbol(currency)}`,
      width: 100,
      align: 'right',
      text: ({ line }) => ledgerAmount(line ? line.leak_minor : total_minor, currency),
      figure: ({ line }) => (line ? { value: line.leak_minor, places: minorDigits(currency), unit: currency } : null),
      tone: () => 'strong',
    },
    text('owner', 'Answers for it', 140, (line) => line.owner ?? NO_DATA),
  ];
}
