import { describe, expect, test } from 'vitest';
import { MOST_TASKS, monthByTemplate, type OwnTask, USUAL_TASKS, whyNotTasks } from './ownTemplate.ts';

const people = [
  { user_name: 'finance', may_prepare: true, may_review: false },
  { user_name: 'controller', may_prepare: true, may_review: true },
];
const PAYROLL: OwnTask = {
  code: 'payroll',
  title: 'Payroll accrual',
  owner: 'finance',
  reviewer: 'controller',
  due_day: 3,
  depends_on: ['late_bills'],
  needs_evidence: true,
};
const withPayroll = (more: Partial<OwnTask> = {}): readonly OwnTask[] => [...USUAL_TASKS, { ...PAYROLL, ...more }];
const reasonsOf = (tasks: readonly OwnTask[]) =>
  [...whyNotTasks(tasks, people)].map(([place, reason]) => [tasks[place]?.code, reason]);

describe('a company’s own close tasks', () => {
  test('are the usual ones, or more, or fewer of those nothing is computed for', () => {
    expect(reasonsOf(USUAL_TASKS)).toEqual([]);
    expect(reasonsOf(withPayroll())).toEqual([]);
    const fewer = withPayroll().filter(({ code }) => !['cut_off', 'freeze', 'hard_lock'].includes(code));
    expect(reasonsOf(fewer.map((task) => ({ ...task, depends_on: [] })))).toEqual([]);
  });
  test('have every task whose figures are computed', () => {
    const tasks = withPayroll().filter(({ code }) => code !== 'grni' && code !== 'flux');
    const reasons = new Set(whyNotTasks(tasks, people).values());
    expect([...reasons]).toEqual([
      'The file lacks grni (GRNI), flux (Flux). They are computed from the books, and without a task of that code nobody could sign the figures. Add the lines.',
    ]);
    expect(whyNotTasks(tasks, people).size).toBe(tasks.length);
  });
  test('wait for tasks of the list, and never for themselves', () => {
    expect(reasonsOf(withPayroll({ depends_on: ['late_bills', 'late_bils'] }))).toEqual([
      ['payroll', 'It waits for "late_bils", which is no code of the file.'],
    ]);
    expect(reasonsOf(withPayroll({ depends_on: ['payroll'] }))).toEqual([
      ['payroll', 'It waits for itself: payroll waits for payroll. Take one of these out of depends on.'],
    ]);
    const circle = withPayroll({ depends_on: ['grni'] }).map((task) =>
      task.code === 'late_bills' ? { ...task, depends_on: ['payroll'] } : task,
    );
    const named = reasonsOf(circle);
    expect(named.map(([code]) => code)).toEqual(['late_bills', 'grni', 'payroll']);
    for (const [, reason] of named)
      expect(reason).toMatch(/^It waits for itself: (\w+) waits for \w+ waits for \w+ waits for \1\./);
  });
  test('name people who may, and two of them', () => {
    expect(reasonsOf(withPayroll({ owner: 'fnance' }))).toEqual([
      ['payroll', expect.stringContaining('Prepares: nobody named “fnance” may prepare the close of this company.')],
    ]);
    expect(reasonsOf(withPayroll({ owner: 'controller', reviewer: 'finance' }))).toEqual([
      ['payroll', expect.stringContaining('Reviews: nobody named “finance” may review the close of this company.')],
    ]);
    expect(reasonsOf(withPayroll({ owner: 'controller' }))).toEqual([
      ['payroll', expect.stringContaining('two people')],
    ]);
  });
  test('are not without end', () => {
    const many = Array.from({ length: MOST_TASKS }, (_, nth) => ({ ...PAYROLL, code: `own${nth}` }));
    const all = [...USUAL_TASKS, ...many];
    expect(whyNotTasks(all, people).get(0)).toBe(`A close has up to 200 tasks, the file has ${all.length}.`);
  });
  test('keep who was planned by hand where they name nobody, unless one person would do both', () => {
    const before = [
      { code: 'bank', account: '1000', owner: 'finance', reviewer: 'controller' },
      { code: 'grni', account: '2000', owner: 'controller', reviewer: null },
    ];
    const tasks = withPayroll().map((task) =>
      task.code === 'bank' || task.code === 'grni' ? { ...task, reviewer: 'controller', due_day: 9 } : task,
    );
    const month = monthByTemplate({ tasks }, before, new Map([['grni', '2100']]));
    const of = (wanted: string) => month.find(({ code }) => code === wanted);
    expect(of('bank')).toMatchObject({ account: '1000', owner: 'finance', reviewer: 'controller', due_day: 9 });
    expect(of('grni')).toMatchObject({ account: '2100', owner: null, reviewer: 'controller' });
    expect(of('payroll')).toMatchObject({ ...PAYROLL, account: null });
    expect(month).toHaveLength(USUAL_TASKS.length + 1);
  });
});
