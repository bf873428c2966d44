import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addWorkdays, dayNumber, isoDate, workdaysBetween } from '../calendar.ts';
import { forecastClose, type PathTask, usualDays } from './criticalPath.ts';

const day = (iso: string): number => dayNumber(iso) ?? Number.NaN;
const cut_off_on = day('2026-10-31');
const task = (code: string, due_day: number, depends_on: readonly string[] = [], more: Partial<PathTask> = {}) => ({
  code,
  depends_on,
  due_day,
  signed_on: null,
  usual_days: null,
  ...more,
});
const TASKS = [
  task('cut_off', 1, [], { signed_on: day('2026-11-02') }),
  task('bills', 2, ['cut_off']),
  task('ap', 3, ['bills']),
  task('bank', 2, ['cut_off']),
  task('trial', 5, ['ap', 'bank']),
];
const NONE: ReadonlySet<number> = new Set();
const forecast = (tasks: readonly PathTask[], today: string, off = NONE) =>
  forecastClose({ tasks, cut_off_on, today_on: day(today), off });

describe('the forecast of a close', () => {
  test('in time: every task on its plan, the longest way without slack', () => {
    const answer = forecast(TASKS, '2026-11-02');
    expect([...answer.tasks.values()].map((each) => [each.code, isoDate(each.expected_on), each.slack_days])).toEqual([
      ['cut_off', '2026-11-02', null],
      ['bills', '2026-11-03', 0],
      ['ap', '2026-11-04', 0],
      ['bank', '2026-11-03', 1],
      ['trial', '2026-11-06', 0],
    ]);
    expect(answer).toMatchObject({ finish_on: day('2026-11-06'), late_days: 0, next: ['bills', 'bank'] });
  });

  test('what is not signed cannot have ended before today, and the end moves with it over a weekend', () => {
    const answer = forecast(TASKS, '2026-11-06');
    expect(isoDate(answer.tasks.get('bills')?.expected_on ?? 0)).toBe('2026-11-06');
    expect(answer).toMatchObject({ finish_on: day('2026-11-11'), late_days: 3 });
    expect(answer.tasks.get('bank')).toMatchObject({ late_days: 3, slack_days: 1, critical: false });
  });

  test('nobody works on a day the company is closed: what is left moves behind it, and nothing is late by it', () => {
    const off = new Set([day('2026-11-04'), day('2026-11-07'), day('2026-11-10')]);
    const answer = forecast(TASKS, '2026-11-02', off);
    expect([...answer.tasks.values()].map((each) => isoDate(each.expected_on))).toEqual([
      '2026-11-02',
      '2026-11-03',
      '2026-11-05',
      '2026-11-03',
      '2026-11-09',
    ]);
    expect(answer).toMatchObject({ finish_on: day('2026-11-09'), late_days: 0 });
    expect(forecast(TASKS, '2026-11-06', off)).toMatchObject({ finish_on: day('2026-11-12'), late_days: 2 });
    expect([...usualDays([{ code: 'ap', ready_on: day('2026-11-03'), signed_on: day('2026-11-09') }], off)]).toEqual([
      ['ap', 3],
    ]);
  });

  test('a task takes what it usually took, more than its plan or less', () => {
    const slow = TASKS.map((each) => (each.code === 'bank' ? { ...each, usual_days: 4 } : each));
    const answer = forecast(slow, '2026-11-02');
    expect(answer.tasks.get('bank')).toMatchObject({ expected_on: day('2026-11-06'), critical: true });
    expect(answer.tasks.get('ap')).toMatchObject({ slack_days: 2, critical: false });
    expect(answer.late_days).toBe(2);
  });

  test('a close that is signed ends where it was signed; one without tasks at its cut-off', () => {
    const done = TASKS.map((each) => ({ ...each, signed_on: day('2026-11-09') }));
    expect(forecast(done, '2026-11-26')).toMatchObject({ finish_on: day('2026-11-09'), late_days: 1, next: [] });
    expect(forecast([], '2026-11-26')).toMatchObject({ finish_on: cut_off_on, late_days: 0 });
  });

  test('a circle is told', () => {
    expect(() => forecast([task('a', 1, ['b']), task('b', 1, ['a'])], '2026-11-02')).toThrow('circle through a');
  });

  test('what usually took: the middle of earlier months, in working days', () => {
    const past = [
      { code: 'ap', ready_on: day('2026-09-04'), signed_on: day('2026-09-07') },
      { code: 'ap', ready_on: day('2026-10-02'), signed_on: day('2026-10-07') },
      { code: 'bank', ready_on: day('2026-10-02'), signed_on: day('2026-10-02') },
    ];
    expect([...usualDays(past, NONE)]).toEqual([
      ['ap', 2],
      ['bank', 0],
    ]);
  });

  test('with any graph: no task ends before what it waits for, slack is never negative, and a critical way leads to the end', () => {
    const graphs = fc
      .array(
        fc.record({ due: fc.nat(8), takes: fc.option(fc.nat(5)), signed: fc.boolean(), waits: fc.array(fc.nat(9)) }),
        {
          minLength: 1,
          maxLength: 10,
        },
      )
      .map((rows) =>
        rows.map(({ due, takes, signed, waits }, at) =>
          task(
            `t${at}`,
            due,
            [...new Set(waits.filter((each) => each < at))].map((each) => `t${each}`),
            { usual_days: takes, signed_on: signed ? addWorkdays(cut_off_on, due + 1) : null },
          ),
        ),
      );
    fc.assert(
      fc.property(graphs, fc.nat(20), (tasks, later) => {
        const today_on = cut_off_on + later;
        const answer = forecastClose({ tasks, cut_off_on, today_on, off: NONE });
        for (const each of tasks) {
          const own = answer.tasks.get(each.code);
          if (!own || each.signed_on !== null) continue;
          for (const code of each.depends_on)
            expect(own.expected_on).toBeGreaterThanOrEqual(answer.tasks.get(code)?.expected_on ?? 0);
          expect(own.slack_days).toBeGreaterThanOrEqual(0);
          expect(answer.finish_on).toBeGreaterThanOrEqual(own.expected_on);
        }
        const open = tasks.filter(({ signed_on }) => signed_on === null);
        const last = Math.max(...[...answer.tasks.values()].map(({ expected_on }) => expected_on));
        expect(answer.finish_on).toBe(Math.max(cut_off_on, last));
        const deciding = open.filter(({ code }) => answer.tasks.get(code)?.expected_on === answer.finish_on);
        for (const { code } of deciding)
          expect(workdaysBetween(cut_off_on, answer.finish_on) === 0 || answer.tasks.get(code)?.critical).toBe(true);
      }),
    );
  });
});
