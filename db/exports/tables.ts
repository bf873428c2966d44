/** Every grid query as a table for a file: its columns, named after the grid's, and its rows in blocks. */
import type { ExportQueryName } from '#contract/actions.ts';
import { SUBJECTS } from '#domain/governance/subjects.ts';
import { rateDecimalText } from '#domain/currency/rateValue.ts';
import { BinnacleError } from '#contract/errors.ts';
import { DraftOrderFile } from '#contract/queries/replenishmentDesk.ts';
import { type Pivot, QUERIES, type QueryArgs } from '#contract/queries.ts';
import { outboxPage } from '#db/commands/outbox.ts';
import type { Connection } from '#db/connection.ts';
import type { QueryContext } from '#db/queries/context.ts';
import { QUERY_HANDLERS } from '#db/queries/handlers.ts';
import { BRIDGE_WORDS, bridgeColumns, bridgeLineColumns, comparedWords, tieColumns } from './bridgeColumns.ts';
import {
  ADDS,
  closeColumns,
  fillColumns,
  fillLineColumns,
  lineColumns,
  marginColumns,
  OUTBOX_COLUMNS,
  stockColumns,
} from './columns.ts';
import { delayColumns, JUDGE_WORDS } from './delayColumns.ts';
import { fulfilmentColumns } from './fulfilmentColumns.ts';
import { exceptionColumns } from './exceptionColumns.ts';
import { supplierColumns } from './supplierColumns.ts';
import { claimColumns } from './claimColumns.ts';
import { classTable } from './classColumns.ts';
import { approvalColumns, approvalStatements } from './approvalColumns.ts';
import {
  draftOrderColumns,
  draftOrderStatements,
  replenishmentColumns,
  replenishmentStatements,
} from './replenishmentColumns.ts';
import { forecastColumns } from './forecastColumns.ts';
import { overrideColumns } from './overrideColumns.ts';
import { erosionColumns, erosionLineColumns } from './erosionColumns.ts';
import { CAUSE_WORDS, leakageColumns, leakageLineColumns } from './leakageColumns.ts';
import { cashTable, creditTable, openInvoiceTable } from './creditTable.ts';
import { journalTable } from './journalTable.ts';
import { accountLinesTable, fluxTable, trialBalanceTable } from './ledgerTables.ts';
import { ruleColumns } from './ruleColumns.ts';
import { scenarioColumns } from './scenarioColumns.ts';
import { TRANSFER_COLUMNS } from './transferColumns.ts';
import { FILL_PIVOT_WORDS, MARGIN_PIVOT_WORDS, pivotColumns, pivotLines } from './pivotColumns.ts';
import { companyStockColumns, companyStockLines } from './stockByCompanyColumns.ts';
import {
  BLOCK_ROWS,
  inBlocks,
  linesIn,
  type MakeTable,
  paged,
  type RowsOfQuery,
  rowsIn,
  shownRows,
  type TableQuestion,
  whole,
} from './makeTable.ts';
import { statedMoney } from './table.ts';

/** Throws as the query would. `reader` has work.db attached. */
export async function rowsOfQuery(
  context: QueryContext,
  reader: Connection,
  question: TableQuestion,
): Promise<RowsOfQuery> {
  const make = TABLES[question.query];
  return await make(context, question, reader);
}

const TABLES: Readonly<Record<ExportQueryName, MakeTable>> = {
  stockPositions: inBlocks(
    QUERIES.stockPositions.args,
    QUERY_HANDLERS.stockPositions,
    ({ currency, cost_visible }) => ({ name: 'Stock', columns: stockColumns(currency, cost_visible) }),
    rowsIn,
  ),
  stockByCompany: async (context, question) => {
    const args: QueryArgs<'stockByCompany'> = QUERIES.stockByCompany.args.parse(question.args);
    const answer = await QUERY_HANDLERS.stockByCompany(context, args);
    return whole('Stock by company', companyStockColumns(answer), question, companyStockLines(answer), [
      ...converted(answer),
      ['Coverage', answer.provenance.coverage],
    ]);
  },
  fulfilment: inBlocks(
    QUERIES.fulfilment.args,
    QUERY_HANDLERS.fulfilment,
    ({ currency }) => ({ name: 'Fulfilment queue', columns: fulfilmentColumns(currency) }),
    rowsIn,
  ),
  claims: inBlocks(
    QUERIES.claims.args,
    QUERY_HANDLERS.claims,
    ({ currency, cost_visible, target_days }) => ({
      name: 'Claims',
      columns: claimColumns(currency, cost_visible),
      statements: [
        ['Open too long', `more than ${target_days === null ? 'the target of its channel' : `${target_days} days`}`],
      ],
    }),
    rowsIn,
  ),
  scenarioCompare: inBlocks(
    QUERIES.scenarioCompare.args,
    QUERY_HANDLERS.scenarioCompare,
    async ({ name, currency }, { scenario_id }, context) => {
      const { assumptions } = await QUERY_HANDLERS.scenario(context, { scenario_id });
      const labels = new Map(assumptions.map(({ assumption, label }) => [assumption.id, label]));
      return { name: `Scenario ${name}`, columns: scenarioColumns(currency, labels) };
    },
    rowsIn,
  ),
  forecasts: inBlocks(
    QUERIES.forecasts.args,
    QUERY_HANDLERS.forecasts,
    ({ months }) => ({ name: 'Forecasts', columns: forecastColumns(months) }),
    rowsIn,
  ),
  forecastOverrides: async (context, question) => {
    const args: QueryArgs<'forecastOverrides'> = QUERIES.forecastOverrides.args.parse(question.args);
    const { rows, total_rows, currency, cost_visible, provenance } = await QUERY_HANDLERS.forecastOverrides(
      context,
      args,
    );
    const shown = shownRows(rows, question.keys, (row) => row.id);
    return whole('Overrides', overrideColumns(currency, cost_visible), question, shown, [
      ['Overrides of the question', String(total_rows)],
      ['Coverage', provenance.coverage],
    ]);
  },
  itemClasses: inBlocks(QUERIES.itemClasses.args, QUERY_HANDLERS.itemClasses, classTable, rowsIn),
  marginLines: inBlocks(
    QUERIES.marginLines.args,
    QUERY_HANDLERS.marginLines,
    ({ currency, cost_visible }, { figure }) => ({
      name: 'Order lines',
      columns: lineColumns(currency, cost_visible),
      columnOf: (id) => (id === 'adds' ? ADDS[figure] : id),
    }),
    linesIn,
  ),
  marginErosion: async (context, question) => {
    const args: QueryArgs<'marginErosion'> = QUERIES.marginErosion.args.parse(question.args);
    const { rows, currency, least_minor, reason, provenance } = await QUERY_HANDLERS.marginErosion(context, args);
    return whole('Unusual falls', erosionColumns(currency), question, rows, [
      ...(reason === null ? [] : [['Nothing is told', reason] as const]),
      ['Not told', `falls of less than ${statedMoney(least_minor, currency)}`],
      ['Coverage', provenance.coverage],
    ]);
  },
  marginErosionLines: async (context, question) => {
    const args: QueryArgs<'marginErosionLines'> = QUERIES.marginErosionLines.args.parse(question.args);
    const answer = await QUERY_HANDLERS.marginErosionLines(context, args);
    const { row, lines, currency, other_lines, other_minor, total_minor, provenance } = answer;
    return whole('Lines of a fall', erosionLineColumns(currency), question, lines, [
      ['Fall', `${row?.name ?? 'none'}, ${statedMoney(total_minor, currency)}`],
      ['Lines not in this file', `${other_lines}, ${statedMoney(other_minor, currency)}`],
      ['Coverage', provenance.coverage],
    ]);
  },
  marginLeakage: async (context, question) => {
    const args: QueryArgs<'marginLeakage'> = QUERIES.marginLeakage.args.parse(question.args);
    const { rows, currency, not_for_you, left_out, provenance } = await QUERY_HANDLERS.marginLeakage(context, args);
    return whole('Leakage', leakageColumns(currency), question, rows, [
      ...not_for_you.map((cause) => [CAUSE_WORDS[cause], 'made of cost, which is for Finance'] as const),
      ...left_out.map(({ cause, reason }) => [CAUSE_WORDS[cause], reason] as const),
      ['Coverage', provenance.coverage],
    ]);
  },
  marginLeakageLines: inBlocks(
    QUERIES.marginLeakageLines.args,
    QUERY_HANDLERS.marginLeakageLines,
    ({ currency }) => ({ name: 'Leakage', columns: leakageLineColumns(currency) }),
    linesIn,
  ),
  fillRateLines: inBlocks(
    QUERIES.fillRateLines.args,
    QUERY_HANDLERS.fillRateLines,
    async (_answer, { company_id }, context) => ({
      name: 'Lines due',
      columns: fillLineColumns(await currencyOf(context, company_id)),
    }),
    linesIn,
  ),
  marginByChannel: async (context, question) => {
    const args: QueryArgs<'marginByChannel'> = QUERIES.marginByChannel.args.parse(question.args);
    const answer = await QUERY_HANDLERS.marginByChannel(context, args);
    const rows = [...answer.rows, ...(answer.other ? [answer.other] : []), answer.total];
    const columns = marginColumns(answer.currency, answer.cost_visible, answer.months, question.measure);
    return whole('Margin', columns, question, rows, [
      ['Formula', answer.formula],
      ['Cost', answer.cost_statement],
      ['Coverage', answer.provenance.coverage],
    ]);
  },
  fillRate: async (context, question) => {
    const args: QueryArgs<'fillRate'> = QUERIES.fillRate.args.parse(question.args);
    const answer = await QUERY_HANDLERS.fillRate(context, args);
    return whole(
      'Fill rate',
      fillColumns(answer.currency, answer.months, question.measure),
      question,
      [...answer.rows, answer.total],
      [
        ['Formula', answer.formula],
        ['Due before', answer.as_of_date],
        ...(answer.missing.length > 0 ? [['Missing', answer.missing.join('; ')] as const] : []),
        ['Coverage', answer.provenance.coverage],
      ],
    );
  },
  marginPivot: async (context, question) => {
    const args: QueryArgs<'marginPivot'> = QUERIES.marginPivot.args.parse(question.args);
    const answer = await QUERY_HANDLERS.marginPivot(context, args);
    const { measures } = args;
    const { measure, totals_of } = question;
    const { cost_visible, comparison } = answer;
    const asked = { measures, measure, totals_of, cost_visible, compares: comparison !== null };
    return whole('Margin', pivotColumns(answer, MARGIN_PIVOT_WORDS, asked), question, pivotLines(answer), [
      ...(comparison === null ? [] : [['Compared with', comparedWords(comparison)] as const]),
      ['Formula', answer.formula],
      ['Cost', answer.cost_statement],
      ...converted(answer),
      ['Coverage', answer.provenance.coverage],
    ]);
  },
  marginBridge: async (context, question) => {
    const answer = await QUERY_HANDLERS.marginBridge(context, QUERIES.marginBridge.args.parse(question.args));
    return whole('Margin bridge', bridgeColumns(answer), question, pivotLines(answer), [
      ['Compared with', comparedWords(answer.comparison)],
      ['Formula', answer.formula],
      ...converted(answer),
      ['Coverage', answer.provenance.coverage],
    ]);
  },
  marginBridgeLines: async (context, question) => {
    const args: QueryArgs<'marginBridgeLines'> = QUERIES.marginBridgeLines.args.parse(question.args);
    const answer = await QUERY_HANDLERS.marginBridgeLines(context, args);
    const { lines, currency, other_lines, other_minor, total_minor } = answer;
    return whole('Lines of an effect', bridgeLineColumns(currency, args.effect), question, lines, [
      ['Compared with', comparedWords(answer.comparison)],
      ['Effect', `${BRIDGE_WORDS[args.effect]}, ${statedMoney(total_minor, currency)}`],
      ['Lines not in this file', `${other_lines}, ${statedMoney(other_minor, currency)}`],
      ['Coverage', answer.provenance.coverage],
    ]);
  },
  marginTieLines: async (context, question) => {
    const args: QueryArgs<'marginTieLines'> = QUERIES.marginTieLines.args.parse(question.args);
    const { lines, currency, days_left_out, provenance } = await QUERY_HANDLERS.marginTieLines(context, args);
    return whole('Ledger and documents', tieColumns(currency), question, lines, [
      ['Days not whole in this file', String(days_left_out)],
      ['Coverage', provenance.coverage],
    ]);
  },
  creditList: creditTable,
  openInvoices: openInvoiceTable,
  cashOutlook: cashTable,
  trialBalance: trialBalanceTable,
  accountLines: accountLinesTable,
  fillPivot: async (context, question) => {
    const args: QueryArgs<'fillPivot'> = QUERIES.fillPivot.args.parse(question.args);
    const answer = await QUERY_HANDLERS.fillPivot(context, args);
    const { measures } = args;
    const { measure, totals_of } = question;
    const asked = { measures, measure, totals_of, cost_visible: true };
    return whole('Fill rate', pivotColumns(answer, FILL_PIVOT_WORDS, asked), question, pivotLines(answer), [
      ['Formula', answer.formula],
      ['Due before', answer.as_of_date],
      ...converted(answer),
      ...(answer.missing.length > 0 ? [['Missing', answer.missing.join('; ')] as const] : []),
      ['Coverage', answer.provenance.coverage],
    ]);
  },
  delayRisk: async (context, question) => {
    const args: QueryArgs<'delayRisk'> = QUERIES.delayRisk.args.parse(question.args);
    const answer = await QUERY_HANDLERS.delayRisk(context, args);
    return whole('Delay risk', delayColumns(answer.currency), question, answer.rows, [
      ['Judged by', JUDGE_WORDS[answer.judge]],
      ['Lines of the question', String(answer.total_lines)],
      ...(answer.missing.length > 0 ? [['Missing', answer.missing.join('; ')] as const] : []),
      ['Coverage', answer.provenance.coverage],
    ]);
  },
  exceptions: inBlocks(
    QUERIES.exceptions.args,
    QUERY_HANDLERS.exceptions,
    (answer) => ({
      name: 'Exceptions',
      columns: exceptionColumns(answer.currency),
      statements: converted(answer),
    }),
    rowsIn,
  ),
  replenishment: inBlocks(
    QUERIES.replenishment.args,
    QUERY_HANDLERS.replenishment,
    (answer) => ({
      name: 'Proposals',
      columns: replenishmentColumns(answer.currency, answer.cost_visible),
      statements: replenishmentStatements(answer),
    }),
    rowsIn,
  ),
  draftOrder: async (context, question) => {
    const { company_id, draft_order_id } = DraftOrderFile.parse(question.args);
    const desk = await QUERY_HANDLERS.replenishmentDesk(context, { company_id });
    const draft = desk.drafts.find((each) => each.id === draft_order_id);
    if (draft === undefined) throw new BinnacleError('not_found', 'That draft order is not here any more.');
    return whole(
      draft.number ?? 'Draft order',
      draftOrderColumns(draft, desk.currency),
      question,
      draft.lines,
      draftOrderStatements(draft, desk),
    );
  },
  orderApprovals: async (context, question) => {
    const args: QueryArgs<'orderApprovals'> = QUERIES.orderApprovals.args.parse(question.args);
    const answer = await QUERY_HANDLERS.orderApprovals(context, args);
    const rows = shownRows(answer.rows, question.keys, (row) => row.key);
    return whole('Approvals', approvalColumns(answer.currency), question, rows, approvalStatements(answer));
  },
  transfers: async (context, question) => {
    const args: QueryArgs<'transfers'> = QUERIES.transfers.args.parse(question.args);
    const { rows, total_rows, provenance } = await QUERY_HANDLERS.transfers(context, args);
    const shown = shownRows(rows, question.keys, (row) => row.id);
    return whole('Transfers', TRANSFER_COLUMNS, question, shown, [
      ['Transfers of the question', String(total_rows)],
      ['Coverage', provenance.coverage],
    ]);
  },
  suppliers: async (context, question) => {
    const args: QueryArgs<'suppliers'> = QUERIES.suppliers.args.parse(question.args);
    const { rows, currency, cost_visible, provenance } = await QUERY_HANDLERS.suppliers(context, args);
    const shown = shownRows(rows, question.keys, (row) => String(row.supplier_id));
    return whole('Suppliers', supplierColumns(currency, cost_visible), question, shown, [
      ['Coverage', provenance.coverage],
    ]);
  },
  closeTask: inBlocks(
    QUERIES.closeTask.args,
    QUERY_HANDLERS.closeTask,
    ({ task, currency }) => ({
      name: task.title,
      columns: closeColumns(currency),
      statements: [
        ['Task', `${task.code} ${task.title}`],
        ['State', task.state],
        ['Content hash', task.content_hash],
      ],
    }),
    linesIn,
  ),
  fluxTask: fluxTable,
  closeJournal: journalTable,
  rulesInForce: inBlocks(
    QUERIES.rulesInForce.args,
    QUERY_HANDLERS.rulesInForce,
    ({ currency, on }, { subject }) => ({
      name: SUBJECTS[subject].title,
      columns: ruleColumns(subject, currency),
      statements: [['In force on', on]],
    }),
    rowsIn,
  ),
  outbox: async (context, question, reader) =>
    paged('Changes', OUTBOX_COLUMNS, question, context, [], async (offset) => {
      const answer = outboxPage(reader, offset, BLOCK_ROWS);
      return { rows: answer.rows, total: answer.total_rows };
    }),
};

/** Each rate an answer used, and those that are not here. */
function converted({ conversion, currency }: Pick<Pivot, 'conversion' | 'currency'>): (readonly [string, string])[] {
  if (conversion === null) return [];
  const { rates, lacking } = conversion;
  return [
    ['Converted to', currency],
    ...rates.map((rate): readonly [string, string] => [
      `Rate of ${rate.month}, ${rate.kind}`,
      `${rate.company}: ${rate.from} 1 = ${rate.to} ${rateDecimalText(rate)}`,
    ]),
    ...(lacking.length > 0 ? [['Rates not here', lacking.join('; ')] as const] : []),
  ];
}

async function currencyOf(context: QueryContext, company_id: number): Promise<string> {
  const company = await context.db
    .selectFrom('company')
    .select('currency')
    .where('id', '=', company_id)
    .executeTakeFirst();
  return company?.currency ?? '';
}
