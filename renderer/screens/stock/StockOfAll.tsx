/** Stock of all companies: each with its categories, worth in its own currency and in the one shown. Enter opens one alone. */
import { useCallback, useMemo, useState } from 'react';
import { minorDigits } from '#domain/money.ts';
import type { StockByCompany, StockPart } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { ConversionNote } from '#renderer/currency/ConversionNote.tsx';
import { clock } from '#renderer/format/dates.ts';
import { overviewAmount, overviewMoney } from '#renderer/format/money.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import type { GridTree } from '#renderer/grid/cells.tsx';
import { ColumnChooser } from '#renderer/grid/ColumnChooser.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { DensityButton } from '#renderer/grid/DensityButton.tsx';
import { ExportMenu } from '#renderer/grid/ExportMenu.tsx';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import styles from '#renderer/screens/figures/figures.module.css';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';

interface Row {
  readonly key: string;
  readonly level: 0 | 1;
  /** null = all companies. */
  readonly company_id: number | null;
  readonly currency: string;
  readonly open: boolean;
  readonly part: StockPart;
}

export function StockOfAll() {
  const { scope, companies, chooseCompany } = useWorkplace();
  const { data, error, refetch } = useAsk('stockByCompany', scope.asked);
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const rows = useMemo(() => rowsOf(data, folded), [data, folded]);
  const columns = useMemo(
    () => stockColumns(scope.currency, scope.mixed, data?.cost_visible ?? true),
    [scope.currency, scope.mixed, data?.cost_visible],
  );
  const tree = useMemo<GridTree<Row>>(
    () => ({
      level: (row) => row.level,
      foldable: (row) => row.level === 0 && row.company_id !== null,
      open: (row) => row.open,
      onFold: (row, open) =>
        setFolded((before) => {
          const next = new Set(before);
          if (row.company_id === null) return before;
          if (open) next.delete(row.company_id);
          else next.add(row.company_id);
          return next;
        }),
    }),
    [],
  );
  const onDrill = useCallback(
    (row: Row) => {
      if (row.company_id !== null) chooseCompany(row.company_id);
    },
    [chooseCompany],
  );
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: '', cap: '←→', word: 'fold' },
      { key: '', cap: '↵', word: 'open the company', help: 'its positions, item by item' },
      { key: '', cap: 'Ctrl C', word: 'copy', quiet: true },
    ],
    [],
  );
  useKeys('Stock of all companies', keys);
  return (
    <ScreenFrame
      title="Stock"
      subtitle={
        data
          ? [
              `${counted(data.items, 'item')} at ${counted(data.companies.length, 'company', 'companies')}`,
              data.cost_visible ? `${overviewMoney(data.total_minor, data.currency)} at cost` : '',
              data.provenance.coverage === 'complete' ? '' : data.provenance.coverage,
            ]
              .filter(Boolean)
              .join(', ')
          : ''
      }
      headerRight={<DensityButton />}
      tools={
        <>
          <span>Positions are one company’s:</span>
          {companies.map((each) => (
            <Button key={each.id} onClick={() => chooseCompany(each.id)}>
              Open {each.name}
            </Button>
          ))}
          <span className={styles['toolsRight']}>
            <ExportMenu<Row>
              grid={{ viewId: 'stock-of-all', columns }}
              asked={{ query: 'stockByCompany', args: scope.asked }}
              disabled={!data}
            />
            <ColumnChooser viewId="stock-of-all" columns={columns} />
          </span>
        </>
      }
      facts={
        <SelectionFacts summary={summary}>
          {data ? (
            <>
              <ConversionNote conversion={data.conversion} currency={data.currency} />
              <span>
                {integer(data.provenance.elapsed_ms)} ms
                {data.provenance.as_of_ms === null ? '' : ` · as of ${clock(data.provenance.as_of_ms)}`}
              </span>
            </>
          ) : null}
        </SelectionFacts>
      }
    >
      <MemoryGrid<Row>
        label="Stock by company and category"
        viewId="stock-of-all"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.key}
        tree={tree}
        rowTone={(row) => (row.level === 0 ? 'group' : undefined)}
        totals={data && rows.length > 0 ? totalRow(data) : undefined}
        onDrill={onDrill}
        onSelection={setSummary}
        overlay={
          rows.length > 0 ? null : error && !data ? (
            <ErrorState title="The stock could not be read" text={errorMessage(error)} onRetry={() => void refetch()} />
          ) : data ? (
            <Empty title="No stock among yours" text="None of the companies has an item with a balance or a policy." />
          ) : (
            <LoadingRows rows={14} />
          )
        }
      />
    </ScreenFrame>
  );
}

function rowsOf(data: StockByCompany | undefined, folded: ReadonlySet<number>): readonly Row[] {
  return (data?.companies ?? []).flatMap((company): Row[] => {
    const { company_id, currency } = company;
    const open = !folded.has(company_id);
    const head: Row = { key: `c:${company_id}`, level: 0, company_id, currency, open, part: company };
    if (!open) return [head];
    return [
      head,
      ...company.categories.map(
        (part): Row => ({ key: `c:${company_id}/${part.label}`, level: 1, company_id, currency, open: false, part }),
      ),
    ];
  });
}

function totalRow({ items, troubled, total_minor, currency }: StockByCompany): Row {
  const part: StockPart = {
    label: 'All companies',
    items,
    troubled,
    value_minor: null,
    shown_minor: total_minor,
  };
  return { key: 'total', level: 0, company_id: null, currency, open: false, part };
}

function stockColumns(shown: string, mixed: boolean, cost_visible: boolean): readonly GridColumn<Row>[] {
  const count = (id: string, header: string, value: (part: StockPart) => number): GridColumn<Row> => ({
    id,
    header,
    width: 96,
    align: 'right',
    text: ({ part }) => integer(value(part)),
    figure: ({ part }) => ({ value: value(part), places: 0, unit: id }),
  });
  const locked = cost_visible ? {} : { lockedFor: 'Finance' };
  const own: GridColumn<Row> = {
    id: 'value',
    header: 'Value, own currency',
    width: 150,
    align: 'right',
    // amounts of two currencies stand in one column: each says which it is
    text: ({ company_id, currency, part }) =>
      company_id === null || part.value_minor === null
        ? overviewAmount(null, currency)
        : `${currency} ${overviewAmount(part.value_minor, currency)}`,
    figure: ({ company_id, currency, part }) =>
      company_id === null || part.value_minor === null
        ? null
        : { value: part.value_minor, places: minorDigits(currency), unit: currency },
    ...locked,
  };
  return [
    { id: 'label', header: 'Company › category', width: 300, text: ({ part }) => part.label },
    count('items', 'Items', (part) => part.items),
    {
      ...count('troubled', 'In trouble', (part) => part.troubled),
      help: 'Positions below zero, short or below their minimum',
    },
    ...(mixed ? [own] : []),
    {
      id: 'shown',
      header: `Value, ${shown}`,
      help: mixed ? 'At the closing rate of the month' : 'On hand at cost',
      width: 150,
      align: 'right',
      tone: () => 'strong',
      text: ({ part }) => overviewAmount(part.shown_minor, shown),
      figure: ({ part }) =>
        part.shown_minor === null ? null : { value: part.shown_minor, places: minorDigits(shown), unit: shown },
      ...locked,
    },
  ];
}
