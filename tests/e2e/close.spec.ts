/** The month's sign-offs by two people on two machines, one of them away from the server. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { isoDate, lastDayOfMonth } from '#domain/calendar.ts';
import type { CloseBoard, ClosePeriodView, CompanyView, JournalDraft, ReconciliationView } from '#contract/queries.ts';
import { cells, expect, type Host, pill, rail, Stage, test } from './stage.ts';

test.describe.configure({ mode: 'serial' });

let stage: Stage;
let office: Host;
let train: Host;
/** The open month, and all of its tasks. */
let month = 0;
let period_id = 0;
let all: readonly number[] = [];
let flux = '';
/** Tasks that wait for a preparer. */
let tasks: readonly { readonly path: string; readonly title: string }[] = [];

test.beforeAll(async () => {
  stage = await Stage.open();
  [office, train] = await Promise.all([stage.host('office', 'finance'), stage.host('train', 'controller')]);
  const [company] = await stage.query<readonly CompanyView[]>('office', 'finance', 'companies', {});
  const company_id = company?.id ?? 0;
  const periods = await stage.query<readonly ClosePeriodView[]>('office', 'finance', 'closePeriods', { company_id });
  const period = periods.find((each) => each.state === 'open')?.period ?? 0;
  const board = await stage.query<CloseBoard>('office', 'finance', 'closeBoard', { company_id, period });
  month = period;
  ({ period_id } = board);
  all = board.tasks.map(({ id }) => id);
  flux = `/close/${period}/${board.tasks.find(({ code }) => code === 'flux')?.id}`;
  tasks = board.tasks
    .filter((task) => task.state === 'open' && task.next.role === 'preparer')
    .map((task) => ({ path: `/close/${period}/${task.id}`, title: task.title }));
  expect(tasks.length).toBeGreaterThan(1);
});
test.afterAll(async () => await stage.close());

const signButton = (page: Page) => page.getByRole('button', { name: /^Sign ([−\d]|as done)/ });
/** Says yes to signing for finance. */
const standIn = async (page: Page) =>
  await page.getByRole('dialog').getByRole('button', { name: 'Sign for finance' }).click();
const pane = (page: Page, title: string) => page.getByRole('region', { name: title, exact: true });

test('the same sign-off on two machines ends in one accepted and one visible conflict', async ({ browser }) => {
  const task = tasks[0];
  if (!task) throw new Error('no task');
  const [first, second] = [await browser.newPage(), await browser.newPage()];
  await office.enter(first, task.path);
  await train.enter(second, task.path);
  for (const page of [first, second]) await expect(signButton(page)).toBeEnabled();
  await stage.killServer();
  for (const page of [first, second]) {
    await expect(pill(page)).toContainText('Offline');
    await signButton(page).click();
    if (page === second) await standIn(page);
    await expect(page.getByText('Waits to be sent')).toBeVisible();
    await expect(pill(page)).toContainText('1 change waiting');
  }
  // The controller's machine is switched off until the other sign-off has arrived.
  await second.close();
  expect((await train.process.stop()).code).toBe(0);
  await stage.startServer();
  await expect(pane(first, task.title)).toContainText('In review', { timeout: 60_000 });
  await expect(pill(first)).toHaveText(/^Live/);

  train = await stage.host('train', 'controller');
  const third = await browser.newPage();
  await train.enter(third, '/sync');
  await expect(pill(third)).toContainText('1 needs you', { timeout: 60_000 });
  await expect(cells(third, 'state').filter({ hasText: 'Conflict' })).toHaveCount(1);
  await expect(cells(third, 'what').filter({ hasText: 'Already signed as preparer by finance.' })).toHaveCount(1);
  await cells(third, 'title').filter({ hasText: task.title }).dblclick();
  const change = third.getByRole('complementary', { name: 'Change' });
  await expect(change).toContainText('Two people signed the same task');
  await expect(change.getByRole('row', { name: /^Signed by controller/ })).toContainText('finance');
  await expect(change.getByRole('row', { name: /^When / })).toContainText(/\d\d:\d\d.*\d\d:\d\d/);
  await change.getByRole('button', { name: 'Keep finance’s' }).click();
  await expect(pill(third)).toHaveText(/^Live/);

  // Finance prepared it; the controller, a second person, reviews it, and both machines show it signed.
  await third.goto(`${train.url}/#${task.path}`);
  await expect(third.getByText('You sign as reviewer')).toBeVisible();
  await signButton(third).click();
  await expect(pane(third, task.title)).toContainText('Signed');
  await expect(pane(first, task.title)).toContainText('Signed');
  for (const page of [first, third]) {
    await expect(page.getByText('Prepared by finance')).toBeVisible();
    await expect(page.getByText('Reviewed by controller')).toBeVisible();
    await page.close();
  }
});

test('a name with an @ asks that person, whose Today leads to the task until they answer', async ({ browser }) => {
  const task = tasks[1];
  if (!task) throw new Error('no task');
  const [asks, answers] = [await browser.newPage(), await browser.newPage()];
  await office.enter(asks, task.path);
  const box = asks.getByRole('combobox', { name: 'Note on this task' });
  await box.fill('Where is the statement, @cont');
  await box.press('End');
  await box.press('r');
  await expect(asks.getByRole('option', { name: 'controller' })).toBeVisible();
  await box.press('Enter');
  await expect(box).toHaveValue('Where is the statement, @controller ');
  await asks.getByRole('checkbox', { name: 'work for controller' }).check();
  await box.press('Control+Enter');
  const said = (page: Page) => page.getByRole('list', { name: 'Notes on this task' });
  await expect(said(asks)).toContainText('Work for controller');

  await train.enter(answers, '/today');
  const row = answers.getByRole('grid', { name: 'Decisions' }).getByText(`finance gave you work on ${task.title}`);
  await expect(row).toBeVisible({ timeout: 60_000 });
  await answers.goto(`${train.url}/#${task.path}`);
  await said(answers).getByRole('button', { name: 'Mark as done' }).click();
  await expect(said(asks)).toContainText('Done by controller', { timeout: 60_000 });
  await answers.goto(`${train.url}/#/today`);
  await expect(answers.getByRole('heading', { name: 'Today' })).toBeVisible();
  await expect(row).toBeHidden();
  for (const page of [asks, answers]) await page.close();
});

test('a file is attached away from the server, arrives before its signature counts, opens at the other machine and is taken off', async ({
  browser,
}) => {
  const task = tasks.at(-1);
  if (!task) throw new Error('no task');
  const [writer, reader] = [await browser.newPage(), await browser.newPage()];
  await office.enter(writer, task.path);
  const files = (page: Page) => page.getByRole('region', { name: 'Evidence' });
  await expect(files(writer)).toBeVisible();
  await stage.killServer();
  await expect(pill(writer)).toContainText('Offline');
  const buffer = Buffer.alloc(400_000, 'statement ');
  await writer.getByLabel('Files to attach').setInputFiles([
    { name: '..\\bank:October.html', mimeType: 'text/html', buffer },
    { name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
  ]);
  await expect(files(writer)).toContainText('bank_October.html');
  await expect(files(writer)).toContainText('Waits for the server');
  await expect(files(writer)).toContainText('nothing.txt is empty');
  await stage.startServer();
  await expect(files(writer)).toContainText('On this machine', { timeout: 60_000 });
  await train.enter(reader, task.path);
  await expect(files(reader)).toContainText('At the server', { timeout: 60_000 });
  const [download] = await Promise.all([
    reader.waitForEvent('download'),
    files(reader).getByRole('button', { name: 'Save bank_October.html' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('bank_October.html');
  expect(readFileSync(await download.path()).equals(buffer)).toBe(true);
  await expect(files(reader)).toContainText('On this machine');
  await files(reader).getByRole('button', { name: 'Take bank_October.html off' }).click();
  await reader.getByLabel('Why').fill('Of another month');
  await reader.getByLabel('Why').press('Enter');
  await expect(files(writer)).toContainText('Taken off by controller', { timeout: 60_000 });
  await expect(files(writer)).toContainText('Of another month');
  await writer.close();
  await reader.close();
});

test('who prepared may not review, on the screen and at the server', async ({ page }) => {
  const task = tasks[1];
  if (!task) throw new Error('no second task');
  await train.enter(page, task.path);
  await signButton(page).click();
  // the plan names finance: leaving the question signs nothing
  await page.getByRole('dialog').getByRole('button', { name: 'Leave it to finance' }).click();
  await expect(page.getByText('You sign as preparer, for finance')).toBeVisible();
  await signButton(page).click();
  await standIn(page);
  await expect(page.getByText('Prepared by controller for finance')).toBeVisible();
  await expect(pane(page, task.title)).toContainText('In review');
  await expect(page.getByText('You prepared it, so another person must review.')).toBeVisible();
  await expect(signButton(page)).toBeDisabled();

  const task_id = Number(task.path.split('/').at(-1));
  const detail = await stage.query<{ readonly task: CloseBoard['tasks'][number] }>('train', 'controller', 'closeTask', {
    task_id,
  });
  const { ver: task_ver, content_hash, amount_minor } = detail.task;
  const args = JSON.stringify({ task_id, role: 'reviewer', task_ver, content_hash, amount_minor });
  const refused = await stage.run(['command', 'signCloseTask', '--args', args], 'train', 'controller');
  expect(refused.code).toBe(1);
  expect(refused.stdout + refused.stderr).toContain('another person must review');

  // no dead end: who signed takes it back, with a reason
  await page.getByRole('button', { name: /^Withdraw/ }).click();
  await page.getByRole('dialog').getByLabel('Why').fill('Finance prepares it');
  await page.keyboard.press('Enter');
  await expect(pane(page, task.title)).toContainText('To prepare');
  await expect(page.getByText(/controller withdrew .*: Finance prepares it/)).toBeVisible();
  await expect(rail(page)).toBeVisible();
});

test('an entry for an item is proposed away from the server, approved at the other machine, and leaves once', async ({
  browser,
}) => {
  const item = await itemWithEntry();
  const [proposes, approves] = [await browser.newPage(), await browser.newPage()];
  await office.enter(proposes, item.path);
  await approves.setViewportSize({ width: 1600, height: 900 });
  await stage.killServer();
  await expect(pill(proposes)).toContainText('Offline');
  const line = proposes.getByRole('checkbox', { name: `Tick ${item.ref}` });
  await cells(proposes, 'ref').filter({ has: line }).click();
  await proposes.keyboard.press('x');
  await expect(line).toBeChecked();
  await proposes.keyboard.press('e');
  const dialog = proposes.getByRole('dialog');
  // its lines between a heading and their sum
  await expect(dialog.getByRole('table', { name: 'Lines of the entry' }).getByRole('row')).toHaveCount(item.lines + 2);
  await dialog.getByLabel('Text').fill('Put right in October');
  await dialog.getByRole('button', { name: /^Propose [\d]/ }).click();
  await expect(cells(proposes, 'entry').filter({ hasText: '≈ To approve' })).toHaveCount(1);
  await stage.startServer();
  await expect(cells(proposes, 'entry').filter({ hasText: /^To approve$/ })).toHaveCount(1, { timeout: 60_000 });
  // whoever proposed it decides nothing about it
  await proposes.getByRole('tab', { name: 'Journal 1' }).click();
  await expect(cells(proposes, 'text').filter({ hasText: 'Put right in October' })).toBeVisible();
  await expect(proposes.getByRole('button', { name: /^Approve/ })).toHaveCount(0);

  await train.enter(approves, item.path);
  await approves.getByRole('tab', { name: 'Journal 1' }).click({ timeout: 60_000 });
  await cells(approves, 'text').filter({ hasText: 'Put right in October' }).click();
  await approves.keyboard.press('a');
  await expect(cells(approves, 'state').filter({ hasText: /^To export$/ })).toHaveCount(1, { timeout: 60_000 });

  await expect(cells(proposes, 'state').filter({ hasText: /^To export$/ })).toHaveCount(1, { timeout: 60_000 });
  const file = proposes.waitForEvent('download');
  await proposes.getByRole('button', { name: 'Export 1 approved entry' }).click();
  expect((await file).suggestedFilename()).toMatch(/^journal-.+-\d{6}\.csv$/);
  await expect(cells(approves, 'state').filter({ hasText: 'Exported' })).toHaveCount(1, { timeout: 60_000 });
  await expect(approves.getByRole('button', { name: 'Export again…' })).toBeVisible();
  for (const page of [proposes, approves]) await page.close();
});

test('a change that asks gets its words away from the server, and its cause leads to an entry; what asks is a rule', async ({
  browser,
}) => {
  const [explains, sets] = [await browser.newPage(), await browser.newPage()];
  await explains.setViewportSize({ width: 1600, height: 900 });
  await office.enter(explains, flux);
  const first = (column: string) => explains.locator(`.ag-row[row-index="0"] .ag-cell[col-id="${column}"]`);
  await expect(first('explanation')).toHaveText('To explain');
  const totals = explains.getByRole('complementary', { name: 'Totals' });
  const asking = await cells(explains, 'explanation').filter({ hasText: 'To explain' }).count();
  expect(asking).toBeGreaterThan(1);
  await stage.killServer();
  await expect(pill(explains)).toContainText('Offline');
  await first('account').click();
  await explains.keyboard.press('F2');
  await explains.keyboard.type('More days than in September');
  await explains.keyboard.press('Enter');
  await expect(first('explanation')).toHaveText('≈ More days than in September');
  await expect(totals).toContainText(`To explain${asking - 1}`);
  await stage.startServer();
  await expect(first('explanation')).toHaveText('More days than in September', { timeout: 60_000 });
  await expect(first('by')).toContainText('finance');

  // from the lines a key leads to the next task and back, and on from there: the focus stays in the lines
  await first('account').click();
  const focused = (page: Page) => page.locator('.ag-cell-focus');
  const titles = explains.getByRole('heading', { level: 2 });
  const flux_title = await titles.first().textContent();
  for (const key of ['k', 'k', 'j']) {
    const before = (await titles.first().textContent()) ?? '';
    await explains.keyboard.press(key);
    await expect(titles.first()).not.toHaveText(before);
  }
  await explains.keyboard.press('j');
  await expect(titles.first()).toHaveText(flux_title ?? '');
  await expect(first('account')).toBeFocused();
  await explains.keyboard.press('ArrowDown');
  await expect(explains.locator('.ag-row[row-index="1"] .ag-cell[col-id="account"]')).toBeFocused();

  // words that are too long wait to be shortened, those beside them are kept
  const second = explains.locator('.ag-row[row-index="1"] .ag-cell[col-id="explanation"]');
  const third = explains.locator('.ag-row[row-index="2"] .ag-cell[col-id="explanation"]');
  await paste(explains, `${'Freight was billed twice. '.repeat(24)}\r\nBilled in time`);
  const shorten = explains.getByRole('dialog', { name: 'Words too long for their lines' });
  await expect(shorten).toContainText('500 characters at the most: 123 too many.');
  await expect(third).toContainText('Billed in time');
  await explains.keyboard.press('Escape');
  await expect(totals.getByRole('alert')).toContainText('1 pasted text of more than 500 characters waits');
  await totals.getByRole('button', { name: 'Shorten' }).click();
  await expect(shorten.getByRole('textbox')).toHaveValue(/^Freight was billed twice\. .*twice\.$/);
  await shorten.getByRole('textbox').fill('Freight was billed twice.');
  await explains.keyboard.press('Tab');
  await shorten.getByRole('button', { name: 'Keep the words' }).click();
  await expect(second).toContainText('Freight was billed twice.');
  await expect(totals.getByRole('alert')).toHaveCount(0);

  // after printing the keys go on where they were
  await first('account').click();
  await explains.evaluate(() => Object.assign(window, { print: () => document.body.setAttribute('data-printed', '') }));
  await explains.keyboard.press('Control+p');
  await expect(explains.locator('body[data-printed]')).toHaveCount(1);
  await explains.emulateMedia({ media: 'print' });
  await expect(explains.locator('[data-print-sheet]')).toBeVisible();
  await expect(focused(explains).and(explains.locator(':focus'))).toHaveCount(0);
  await explains.emulateMedia({ media: 'screen' });
  await explains.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await explains.keyboard.press('ArrowDown');
  await expect(explains.locator('.ag-row[row-index="1"] .ag-cell[col-id="account"]')).toBeFocused();

  // in the list the row goes along
  await explains.getByRole('tab', { name: 'Graph' }).focus();
  await explains.keyboard.press('ArrowRight');
  await expect(explains.getByRole('tab', { name: 'List' })).toBeFocused();
  const list = explains
    .getByRole('treegrid', { name: 'Tasks of the close' })
    .or(explains.getByRole('grid', { name: 'Tasks of the close' }));
  const current = list.locator('.ag-row[row-id="flux"] .ag-cell[col-id="due"]');
  await expect(current).toBeInViewport();
  await current.click();
  await explains.keyboard.press('Control+Home');
  await list.locator('.ag-row[row-index="0"] .ag-cell[col-id="due"]').click();
  await explains.keyboard.press('j');
  await expect(list.locator('.ag-row[row-index="1"] .ag-cell[col-id="due"]')).toBeFocused();
  await explains.goto(`${office.url}/#${flux}`);
  await explains.getByRole('tab', { name: 'Graph' }).click();

  // the likely cause opens under the line, down to an entry of the ledger
  await first('account').click();
  await explains.keyboard.press('ArrowRight');
  // the line, its first cause, and that one's largest entry
  const entry = explains.locator('.ag-row[row-index="2"] .ag-cell[col-id="account"]');
  await expect(entry).toContainText(/^\S+\/\d+, /);
  await entry.dblclick();
  await expect(explains.getByRole('complementary', { name: 'Entry' })).toBeVisible();
  await explains.getByLabel('At the end of the day').fill(isoDate(lastDayOfMonth(month)));
  await explains.getByRole('tab', { name: 'Flux' }).click();
  await expect(cells(explains, 'words').filter({ hasText: 'More days than in September (finance)' })).toHaveCount(1);

  await train.enter(sets, flux);
  // who reviews sets no threshold: it is a rule finance drafts, and approves what waits
  await sets.getByRole('button', { name: /^Thresholds under Rules/ }).click();
  await expect(cells(sets, 'amount_minor')).toHaveText(['2,500.00']);
  await expect(sets.getByRole('button', { name: /^New flux threshold/ })).toHaveCount(0);
  await expect(cells(sets, 'waits')).toHaveText(['Waits for approval']);
  for (const page of [explains, sets]) await page.close();
});

test('a binder is made, recorded and verified; one changed byte of it is found', async ({ browser }) => {
  const page = await browser.newPage();
  await office.enter(page, `/close/${month}`);
  await page.getByRole('button', { name: /^Binder/ }).click();
  const dialog = page.getByRole('dialog', { name: /^Binder of / });
  await expect(dialog.getByRole('list', { name: 'Lacking to be final' })).toContainText(
    'the month is not locked for good',
  );
  const file = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Make a draft' }).click();
  const download = await file;
  expect(download.suggestedFilename()).toMatch(/^draft-binder-.*\.zip$/);
  await expect(dialog.getByText('is with your downloads: draft')).toBeVisible();
  const record = dialog.getByRole('table', { name: 'Recorded binders' }).getByRole('row').nth(1);
  await expect(record).toContainText('finance');
  await expect(record).toContainText('Accepted', { timeout: 60_000 });

  const buffer = readFileSync(await download.path());
  const give = async (bytes: Buffer) =>
    await dialog
      .getByLabel('Binder to verify')
      .setInputFiles({ name: 'october.zip', mimeType: 'application/zip', buffer: bytes });
  await give(buffer);
  await expect(dialog).toContainText('october.zip: draft binder of');
  await expect(dialog).toContainText('Every byte is as it was made.');
  await expect(dialog).toContainText(/Recorded: draft, made by finance on/);
  const changed = Buffer.from(buffer);
  const at = changed.indexOf('%PDF-') + 1000;
  changed[at] = (changed[at] ?? 0) ^ 1;
  await give(changed);
  await expect(dialog).toContainText('october.zip is not as it was made: draft-binder.pdf was changed: SHA-256');
  await expect(dialog).not.toContainText('Every byte is as it was made.');
  await page.close();
});

/** The first item of the month for which an entry can be made. */
async function itemWithEntry(): Promise<{ readonly path: string; readonly ref: string; readonly lines: number }> {
  for (const task_id of all) {
    const { items } = await stage.query<ReconciliationView>('office', 'finance', 'reconciliation', { task_id });
    for (const { line_id, amount_minor, ref } of items) {
      const asked = { period_id, items: [{ line_id, amount_minor }], reverses: null, renews_id: null };
      const draft = await stage.query<JournalDraft>('office', 'finance', 'journalDraft', asked);
      if (draft.why_not === null) return { path: `/close/${month}/${task_id}`, ref, lines: draft.lines.length };
    }
  }
  throw new Error('no item an entry can be made for');
}

/** As the clipboard of a spreadsheet hands it over. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((words) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', words);
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    );
  }, text);
}
