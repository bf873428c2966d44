/** Finance and the papers of a month: what the bank, the invoices and the payments say comes in by file, and arrives where it counts. */
import type { Locator, Page } from '@playwright/test';
import { camt, entry, statement } from '#domain/imports/bank/testing/files.ts';
import { dayNumber, isoDate, lastDayOfMonth } from '#domain/calendar.ts';
import type {
  CashOutlookView,
  CompanyView,
  CreditList,
  CreditRow,
  CustomerCredit,
  MarginPivot,
  OpenInvoices,
} from '#contract/queries.ts';
import { Line } from '../process/line.ts';
import { Desk, type Month, openMonth } from './closeDesk.ts';
import { cells, expect, grid, type Host, pill, rail, Stage, test, watch } from './stage.ts';

test.describe.configure({ mode: 'serial' });

let stage: Stage;
let line: Line;
let host: Host;
let page: Page;
let problems: readonly string[];
let month: Month;
let company: CompanyView;
/** Owes something, past due, in few enough invoices that all stand in the panel. */
let customer: CreditRow;
let today: string;

const ask = async <T>(name: string, args: object): Promise<T> =>
  await stage.query<T>('desk', 'finance', name, { company_id: company.id, ...args });

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  stage = await Stage.open();
  line = await Line.to(stage.port);
  host = await stage.host('desk', 'finance', line);
  month = await openMonth(stage, 'desk', 'finance');
  ({ company } = month);
  const credit = await ask<CreditList>('creditList', {});
  today = credit.as_of_on;
  const [found] = credit.rows.filter(
    ({ overdue_minor, invoices, follow_up }) => overdue_minor > 0 && invoices < 20 && follow_up === null,
  );
  if (!found) throw new Error('nobody is past due');
  customer = found;
  page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
  problems = watch(page);
  await host.enter(page, '/imports');
});
test.afterEach(() => expect(problems.filter((problem) => !problem.includes('ERR_'))).toEqual([]));
test.afterAll(async () => {
  await page.context().close();
  await line.close();
  await stage.close();
});

const button = (name: string | RegExp): Locator => page.getByRole('button', { name });
const tab = (name: string): Locator => page.getByRole('tab', { name, exact: true });
const tie = (): Locator => page.getByRole('region', { name: 'Tie-out' });
async function choose(name: string, content: string): Promise<void> {
  const buffer = Buffer.from(content);
  await page.getByLabel('File to import').setInputFiles({ name, mimeType: 'text/csv', buffer });
}
/** A file of that kind, read and previewed. */
async function preview(kind: string, name: string, content: string): Promise<void> {
  await page.getByLabel('Kind').selectOption(kind);
  await choose(name, content);
  await button(/^Preview \d+ lines?$/).click();
  await expect(
    tab('Flagged 0')
      .or(page.getByRole('tab', { name: /^New \d/ }))
      .first(),
  ).toBeVisible();
}
async function apply(): Promise<void> {
  await button(/^Apply \d+ changes?$/).click();
  await expect(tie()).toContainText('Applied');
}
const another = async (): Promise<void> => await button('Import another file').click();

test('a file of the bank that leaves a gap waits whole and says what is missing; the right one comes in, once', async () => {
  const file = (opening_minor: number): string => {
    const euros = (minor: number): string => (minor / 100).toFixed(2);
    const booked = entry('2.50', today, '', company) + entry('-1.25', today, '', company);
    return camt(
      statement(901, [euros(opening_minor), euros(opening_minor + 125)], booked, {
        currency: company.currency,
        from: today,
        to: today,
      }),
    );
  };
  await choose('wrong.xml', file(100));
  await expect(page.getByLabel('Kind')).toHaveValue('statements');
  await button('Preview 2 lines').click();
  await expect(tab('Quarantined 2')).toHaveAttribute('aria-selected', 'true');
  // what the account holds by the statements before, in its own words
  const amounts = (await cells(page, 'reason').first().innerText()).match(/-?[\d,]+\.\d\d(?!\d)/g) ?? [];
  const held = Math.round(Number(amounts.at(-1)?.replaceAll(',', '')) * 100);
  await button('Back to the columns').click();
  await button('Another file').click();
  await choose('right.xml', file(held));
  await button('Preview 2 lines').click();
  await expect(tab('New 2')).toBeVisible();
  await expect(tab('Quarantined 0')).toBeVisible();
  await apply();

  await another();
  await choose('right.xml', file(held));
  await button('Preview 2 lines').click();
  await expect(tab('New 0')).toBeVisible();
  await expect(tab('Quarantined 0')).toBeVisible();
  await button('Back to the columns').click();
  await button('Another file').click();
});

test('invoices and a payment come in, a line nobody can place waits with its reason; Credit and Close say so', async () => {
  const due = isoDate((dayNumber(today) ?? 0) + 30);
  const closing = isoDate(lastDayOfMonth(month.period));
  await preview(
    'invoices',
    'invoices.csv',
    [
      'kind,number,party,issued_on,due_on,amount',
      `customer,PAPER-1,${customer.code},${today},${due},1250.00`,
      `customer,PAPER-2,${customer.code},${closing},${due},400.00`,
      `customer,PAPER-3,NOBODY-OF-OURS,${today},${due},10.00`,
      '',
    ].join('\n'),
  );
  await expect(tab('New 2')).toBeVisible();
  await tab('Quarantined 1').click();
  await expect(cells(page, 'reason')).toContainText(['NOBODY-OF-OURS']);
  const reason = await cells(page, 'reason').innerText();
  await apply();
  await tab('Quarantine').click();
  await page.getByLabel('Kind').selectOption('invoices');
  await expect(cells(page, 'label')).toContainText(['PAPER-3']);
  await expect(cells(page, 'reason')).toHaveText([reason]);

  await tab('New import').click();
  await another();
  await preview(
    'payments',
    'payments.csv',
    `kind,number,party,paid_on,amount,invoice\ncustomer,PAPER-PAID,${customer.code},${today},250.00,PAPER-1\n`,
  );
  await expect(tab('New 1')).toBeVisible();
  await apply();
  await tab('Earlier imports').click();
  await expect(cells(page, 'file').nth(2)).toHaveText('right.xml');
  expect((await cells(page, 'file').allInnerTexts()).slice(0, 3)).toEqual([
    'payments.csv',
    'invoices.csv',
    'right.xml',
  ]);

  // what is open of each stands beside the customer, and their sum in the list
  await page.goto(`${host.url}/#/credit/${customer.party_id}`);
  const panel = page.getByRole('complementary').filter({ hasText: customer.code });
  const invoice = (number: string): Locator => panel.getByRole('row').filter({ hasText: number });
  await expect(invoice('PAPER-1')).toContainText('1,000.00', { timeout: 60_000 });
  await expect(invoice('PAPER-2')).toContainText('400.00');
  const after = (await ask<CreditList>('creditList', {})).rows.find((row) => row.party_id === customer.party_id);
  expect(after?.open_minor).toBe(customer.open_minor + 140_000);

  // the one of the month that is closed lacks in the ledger, and its task finds it
  const desk = new Desk(stage, host, page, { machine: 'desk', user: 'finance' }, month);
  await desk.reconcile('ar_gl');
  await expect(cells(page, 'ref').filter({ hasText: 'PAPER-2' }).first()).toBeVisible({ timeout: 60_000 });
});

test('what a customer said is kept offline, through a reload, and taken when the server is back', async () => {
  await page.goto(`${host.url}/#/credit/${customer.party_id}`);
  const panel = page.getByRole('complementary').filter({ hasText: customer.code });
  await expect(panel.getByText('Nothing was written down yet.')).toBeVisible();
  line.cut();
  await expect(pill(page)).toContainText(/offline/i, { timeout: 30_000 });
  const said = 'Pays after the holidays, said the bookkeeper';
  await button('Note what was said').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(customer.name);
  await expect(dialog).toContainText('sent when the connection is back');
  await dialog.getByLabel('Said').fill(said);
  await dialog.getByRole('button', { name: 'Keep the note' }).click();
  await expect(dialog).toBeHidden();
  await expect(panel.getByText(said)).toBeVisible();
  await expect(panel.getByText(/^Waiting$/)).toBeVisible();
  await page.reload();
  await expect(panel.getByText(said)).toBeVisible();
  await expect(panel.getByText(/^Waiting$/)).toBeVisible();
  line.mend();
  await expect(panel.getByText(/^Waiting$/)).toBeHidden({ timeout: 60_000 });
  await stage.pull('office', 'controller');
  const theirs = await stage.query<CustomerCredit>('office', 'controller', 'customerCredit', {
    company_id: company.id,
    party_id: customer.party_id,
  });
  expect(theirs.follow_ups.map((each) => [each.said, each.author, each.state])).toEqual([
    [said, expect.any(String), 'accepted'],
  ]);
});

test('a week of Cash unfolds, by keyboard, to who pays and who is paid, and they add up to it', async () => {
  await page.goto(`${host.url}/#/credit`);
  await tab('Cash').click();
  const outlook = await ask<CashOutlookView>('cashOutlook', {});
  // overdue money comes in the first week: another has what is expected in it, and nothing else
  const nth = outlook.weeks.findIndex(
    (week, at) => at > 1 && week.items.length > 1 && week.in_minor !== 0 && week.out_minor !== 0,
  );
  const week = outlook.weeks[nth];
  if (!week) throw new Error('money comes and goes in no week');
  const rows = grid(page, 'Weeks');
  const labels = cells(page, 'label');
  await expect(labels).toHaveCount(outlook.weeks.length + (outlook.later_in_minor || outlook.later_out_minor ? 1 : 0));
  await page.locator(`.ag-row[row-index="${nth}"] .ag-cell[col-id="label"]`).click();
  await page.keyboard.press('ArrowRight');
  const parts = week.items.length + (week.other_items > 0 ? 1 : 0);
  await expect(rows.getByRole('row').filter({ hasText: week.items[0]?.party ?? '' })).not.toHaveCount(0);
  const shown = async (column: string, at: number): Promise<number> => {
    // by its place: rows that came later stand last in the page
    const text = await page.locator(`.ag-row[row-index="${at}"] .ag-cell[col-id="${column}"]`).innerText();
    return text === '' ? 0 : Number(text.replaceAll(',', '').replace('−', '-'));
  };
  for (const [column, minor] of [
    ['in', week.in_minor],
    ['out', week.out_minor],
  ] as const) {
    expect(await shown(column, nth)).toBe(Math.round(minor / 100));
    let sum = 0;
    for (let part = 1; part <= parts; part++) sum += await shown(column, nth + part);
    // each is rounded to whole units by itself
    expect(Math.abs(sum - minor / 100)).toBeLessThanOrEqual(parts / 2);
  }
  const named = (kind: 'customer' | 'supplier'): number =>
    week.items.reduce((sum, item) => (item.kind === kind ? sum + item.amount_minor : sum), 0);
  if (week.other_items === 0) expect([named('customer'), named('supplier')]).toEqual([week.in_minor, -week.out_minor]);
  const until = isoDate((dayNumber(week.from_on) ?? 0) + 6);
  for (const [kind, minor] of [
    ['customer', week.in_minor],
    ['supplier', week.out_minor],
  ] as const) {
    const open = await ask<OpenInvoices>('openInvoices', { kind, limit: 2000 });
    expect(open.rows).toHaveLength(open.total_rows);
    const expected = open.rows.filter(({ expected_on: on }) => on >= week.from_on && on <= until);
    expect(
      expected.reduce((sum, invoice) => sum + invoice.open_minor, 0),
      kind,
    ).toBe(minor);
  }
  await page.keyboard.press('ArrowLeft');
  await expect(labels).toHaveCount(outlook.weeks.length + (outlook.later_in_minor || outlook.later_out_minor ? 1 : 0));
});

test('margin by salesperson adds up to the company’s margin', async () => {
  const asked = {
    company_ids: [company.id],
    from_month: month.period,
    to_month: month.period,
    measures: ['lines', 'net_sales', 'gm1', 'gm3'],
  };
  const by = async (row: string): Promise<MarginPivot> =>
    await stage.query<MarginPivot>('desk', 'finance', 'marginPivot', { ...asked, rows: [row] });
  const [people, channels] = [await by('salesperson'), await by('channel')];
  expect(people.total).toEqual(channels.total);
  for (const [nth, measure] of asked.measures.slice(0, 3).entries())
    expect(
      people.rows.reduce((sum, row) => sum + (row.total[nth] ?? 0), 0),
      measure,
    ).toBe(people.total[nth]);
  expect(people.rows.every(({ label }) => label !== '')).toBe(true);
  await rail(page).getByRole('link', { name: 'Margin' }).click();
  await page.setViewportSize({ width: 1280, height: 720 });
  // whatever panel is open beside it, each button of the screen's head stays within reach
  const buttons = page.locator('main header').getByRole('button');
  await expect(buttons.last()).toBeVisible();
  for (let nth = 0; nth < (await buttons.count()); nth++) await expect(buttons.nth(nth)).toBeInViewport({ ratio: 1 });
});
