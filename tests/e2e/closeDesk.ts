/** What a person does at the month's close, as a hand does it: walk to a task, say why, sign, look at what became of it. */
import type { Page } from '@playwright/test';
import type { CloseBoard, CloseTaskView, ClosePeriodView, CompanyView, ReconciliationView } from '#contract/queries.ts';
import { cells, expect, type Host, pill, type Stage } from './stage.ts';

/** The month being closed, and its tasks by code. */
export interface Month {
  readonly company: CompanyView;
  readonly period: number;
  readonly period_id: number;
  readonly tasks: ReadonlyMap<string, CloseTaskView>;
}

export async function openMonth(stage: Stage, machine: string, user: string): Promise<Month> {
  const [company] = await stage.query<readonly CompanyView[]>(machine, user, 'companies', {});
  if (!company) throw new Error('no company');
  const asked = { company_id: company.id };
  const periods = await stage.query<readonly ClosePeriodView[]>(machine, user, 'closePeriods', asked);
  const period = periods.find((each) => each.state === 'open')?.period;
  if (period === undefined) throw new Error('no month is open');
  const board = await stage.query<CloseBoard>(machine, user, 'closeBoard', { ...asked, period });
  return {
    company,
    period,
    period_id: board.period_id,
    tasks: new Map(board.tasks.map((task) => [task.code, task])),
  };
}

/** One person at one machine, on the Close screen of one month. */
export class Desk {
  readonly page: Page;
  readonly user: string;
  private readonly stage: Stage;
  private readonly host: Host;
  private readonly machine: string;
  private readonly month: Month;

  constructor(
    stage: Stage,
    host: Host,
    page: Page,
    who: { readonly machine: string; readonly user: string },
    month: Month,
  ) {
    this.stage = stage;
    this.host = host;
    this.page = page;
    this.machine = who.machine;
    this.user = who.user;
    this.month = month;
  }

  async go(screen: string): Promise<void> {
    await this.page.goto(`${this.host.url}/#${screen}`);
  }

  async ask<T>(query: string, args: object): Promise<T> {
    return await this.stage.query<T>(this.machine, this.user, query, args);
  }

  async board(): Promise<CloseBoard> {
    const { company, period } = this.month;
    return await this.ask<CloseBoard>('closeBoard', { company_id: company.id, period });
  }

  async reconciliation(code: string): Promise<ReconciliationView> {
    return await this.ask<ReconciliationView>('reconciliation', { task_id: this.task(code).id });
  }

  task(code: string): CloseTaskView {
    const task = this.month.tasks.get(code);
    if (!task) throw new Error(`the close has no task ${code}`);
    return task;
  }

  pane(code: string) {
    return this.page.getByRole('region', { name: this.task(code).title, exact: true });
  }

  /** The task with its lines and its foot. */
  async open(code: string): Promise<void> {
    await this.go(`/close/${this.month.period}/${this.task(code).id}`);
    await expect(this.pane(code)).toBeVisible();
    await expect(this.signButton()).toBeVisible();
  }

  signButton() {
    return this.page.getByRole('button', { name: /^Sign ([−\d]|the changes|as done)/ });
  }

  /** Signs it in the role that is next, once it may be signed. */
  async sign(code: string, role: 'preparer' | 'reviewer'): Promise<void> {
    await this.open(code);
    await expect(this.page.getByText(`You sign as ${role}`)).toBeVisible({ timeout: 60_000 });
    await this.signButton().click();
    await expect(this.page.getByText(`You sign as ${role}`)).toBeHidden();
    await expect(this.page.getByText(`${role === 'preparer' ? 'Prepared' : 'Reviewed'} by ${this.user}`)).toBeVisible();
  }

  /** Words for every item that asks for some, one after the other, as the foot leads to them. */
  async explain(code: string, words: string): Promise<void> {
    await this.open(code);
    await expect(
      this.page.getByText(/You sign as|an explanation before|Waits for|Your role may not|must review/).first(),
    ).toBeVisible();
    const lead = this.page.getByRole('button', { name: /^Go to the first/ });
    const explanation = cells(this.page, 'explanation');
    // the foot says so before the lines are drawn
    if (await lead.isVisible()) await expect(explanation.filter({ hasText: 'To explain' })).not.toHaveCount(0);
    for (let most = 20; most > 0; most--) {
      const open = await explanation.filter({ hasText: 'To explain' }).count();
      if (open === 0) return;
      await lead.click();
      await expect(this.page.locator('.ag-cell-focus[col-id="explanation"]')).toHaveText('To explain');
      await this.page.keyboard.press('F2');
      await this.page.keyboard.type(words);
      await this.page.keyboard.press('Enter');
      await expect(explanation.filter({ hasText: 'To explain' })).toHaveCount(open - 1);
    }
    throw new Error(`${code} asks for more words than anybody types`);
  }

  /** Compares the month anew, on the task's screen. */
  async reconcile(code: string): Promise<void> {
    await this.open(code);
    await this.page.getByRole('button', { name: 'Reconcile', exact: true }).click();
  }

  /** The locks of the month, opened on the board by their key. */
  async locks() {
    await this.go(`/close/${this.month.period}`);
    await this.page.locator('button[aria-current="true"]').focus();
    await this.page.keyboard.press('l');
    const dialog = this.page.getByRole('dialog', { name: /^Locks of/ });
    await expect(dialog).toBeVisible();
    return dialog;
  }

  async live(): Promise<void> {
    await expect(pill(this.page)).toHaveText(/^Live/, { timeout: 90_000 });
  }
}

/** A heading and the lines of one entry, as a ledger lets them out. */
export function entryCsv(entry: {
  readonly number: string;
  readonly booked_on: string;
  readonly text: string;
  readonly debit: string;
  readonly credit: string;
  readonly amount: string;
}): string {
  const { number, booked_on, text, debit, credit, amount } = entry;
  return [
    'journal,entry number,booking date,account,debit,credit,reference,text',
    `GEN,${number},${booked_on},${debit},${amount},,${number},${text}`,
    `GEN,${number},${booked_on},${credit},,${amount},${number},${text}`,
  ].join('\r\n');
}
