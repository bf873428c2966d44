/** How long learning and judging delays takes on the demo distributor, and how good it is there. */
import { dayNumber } from '#domain/calendar.ts';
import { calibrationError } from '#domain/risk/evaluate.ts';
import { createTestColumns } from '#db/analysis/testing/columns.ts';
import { delaysOf } from '#db/queries/risk/delays.ts';
import { createTestReplica } from '#db/queries/testing/replicaFixture.ts';
import { loadDemo } from './figures.ts';
import { waitErrors } from '#tests/kpi/waitError.ts';
import { type Report, timed } from './harness.ts';
import { demoBatches } from './orders.ts';

const TODAY_ON = dayNumber('2026-11-20') ?? 0;

export async function benchDelays(report: Report, order_lines: number): Promise<void> {
  const replica = createTestReplica();
  try {
    const rows = loadDemo(replica, order_lines);
    report.value('order lines in the replica', rows.order_lines, 'rows');
    const columns = createTestColumns(replica);
    columns.settle();
    const as_of_on = TODAY_ON;
    const context = () => replica.context({ as_of_ms: as_of_on * 86_400_000, facts: columns.view });
    const company_ids = replica.writer.prepare('SELECT id FROM company ORDER BY id').pluck().all().map(Number);
    for (const company_id of company_ids) {
      const spent: number[] = [];
      const busy: number[] = [];
      for (let round = 0; round < 3; round++) {
        const before = process.cpuUsage();
        spent.push(await timed(() => columns.reading(() => delaysOf(context(), { company_id, as_of_on }))));
        const { user, system } = process.cpuUsage(before);
        busy.push((user + system) / 1000);
      }
      report.value(`company ${company_id}: the same, processor time`, busy.toSorted((a, b) => a - b)[1] ?? 0, 'ms');
      report.value(`company ${company_id}: learning and judging`, spent.toSorted((a, b) => a - b)[1] ?? 0, 'ms');
      const { learned, open, one_order_in } = await columns.reading(() =>
        delaysOf(context(), { company_id, as_of_on }),
      );
      report.value(`company ${company_id}: one order looked at of`, one_order_in, 'rows');
      report.value(`company ${company_id}: open lines judged`, open.length, 'rows');
      if (learned.kind !== 'model') throw new Error(`company ${company_id} has too little history`);
      const { model } = learned;
      const spent_ms = await timed(async () => void model.judge(open.map(({ seen }) => seen)));
      report.value(`company ${company_id}: judging the open lines alone`, spent_ms, 'ms');
      report.value(`company ${company_id}: looks taught`, model.evaluation.taught.lines, 'rows');
      report.value(`company ${company_id}: looks tested`, model.evaluation.tested.lines, 'rows');
      for (const { name, scores } of model.evaluation.contenders) {
        report.value(`company ${company_id}: ${name}, Brier`, scores.brier, 'score');
        report.value(`company ${company_id}: ${name}, log loss`, scores.log_loss, 'score');
        report.value(`company ${company_id}: ${name}, AUC`, scores.auc ?? 0, 'score');
        report.value(
          `company ${company_id}: ${name}, late of the ${scores.top_lines} most at risk`,
          scores.top_late,
          'score',
        );
        report.value(`company ${company_id}: ${name}, calibration error`, calibrationError(scores.bins), 'score');
      }
    }
  } finally {
    await replica.close();
  }
  for (const { company_id, cases, learned_days, fixed_days } of waitErrors(demoBatches(order_lines), TODAY_ON)) {
    const named = `company ${company_id}: overdue purchases of its last 90 days`;
    report.value(named, cases, 'rows');
    report.value(`${named}, mean days off as learned`, learned_days / cases, 'days');
    report.value(`${named}, mean days off of a week for all`, fixed_days / cases, 'days');
  }
}
