/** Editions of the stock grid: the columns of a company's stock as they stood at one moment, and arrangements of them. */
import type { QueryContext } from '../context.ts';
import { type Edition, editionOf, type Editions } from '../editions.ts';
import { keptOf } from '../readCache.ts';
import { shareUnchanged } from './sharedColumns.ts';
import { STOCK_TABLES, type StockColumns, stockColumns } from './stockColumns.ts';
import type { StockQuestion } from './stockModel.ts';
import type { StockView } from './stockView.ts';

export interface KeptStock {
  readonly columns: StockColumns;
  readonly question: StockQuestion;
  /** Arrangements of its rows, the latest used last. */
  readonly views: Map<string, StockView>;
}

/** Of all companies together. */
export const MOST_EDITIONS = 4;
/** Arrangements of one edition. */
export const MOST_VIEWS = 4;

export async function stockEdition(
  context: QueryContext,
  question: StockQuestion,
  wanted: string | undefined,
): Promise<{ readonly edition: Edition<KeptStock>; readonly newer: boolean }> {
  const { company_id, currency, cost_visible, as_of_on } = question;
  const kept: Editions<KeptStock> = context.cache?.stockEditions ?? [];
  return await editionOf(
    context,
    kept,
    {
      of: [company_id, currency, cost_visible],
      tables: STOCK_TABLES,
      as_of_on,
      most: MOST_EDITIONS,
      make: async (before) => ({
        columns: shareUnchanged(await stockColumns(context, question), before?.columns),
        question,
        views: new Map(),
      }),
    },
    wanted,
  );
}

/** An arrangement of the edition's rows, made once. */
export function viewOf({ views }: KeptStock, arrangement: string, make: () => StockView): StockView {
  return keptOf(views, arrangement, MOST_VIEWS, make);
}
