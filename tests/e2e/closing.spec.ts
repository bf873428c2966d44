/**
 * A month is closed, from its first open task to the lock for good: finance prepares at a machine whose line to the server is cut
 * for half of it, the controller reviews at another. Its pictures are those of docs/SCREENPLAY.md.
 */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { isoDate, lastDayOfMonth } from '#domain/calendar.ts';
import { Line } from '../process/line.ts';
import { Desk, entryCsv, type Month, openMonth } from './closeDesk.ts';
import { inTheDark, scene } from './scene.ts';
import { cells, expect, grid, pill, Stage, test } from './stage.ts';

test.describe.configure({ mode: 'serial' });
test.use({ viewport: { width: 1440, height: 900 } });

let stage: Stage;
let line: Line;
let month: Month;
let finance: Desk;
let controller: Desk;
/** Tasks that finance can prepare on the first day of this story. */
let toPrepare: readonly string[] = [];
/** Those of them that ask for words, but one that gets its own. */
let toExplain: ReadonlySet<string> = new Set();
/** What finance prepared before: the first of it the controller signs meanwhile, the others with what comes. */
let prepared: readonly string[] = [];
/** Accounts of the demo: outbound freight against what is accrued for it, and rent against what was paid ahead. */
const FREIGHT = { debit: '7100', credit: '2180', amount: '312.40' } as const;
const RENT = { debit: '4100', credit: '1700', amount: '250.00' } as const;
const STOCK = { task: 'inventory_valuation', debit: '1400', credit: '4100', amount: '87.30' } as const;
/** The item an entry is proposed for. */
let item: { readonly code: string; readonly ref: string };

test.beforeAll(async ({ browser }) => {
  test.setTimeout(300_000);
  stage = await Stage.open();
  line = await Line.to(stage.port);
  const [home, office] = await Promise.all([stage.host('home', 'finance', line), stage.host('office', 'controller')]);
  month = await openMonth(stage, 'home', 'finance');
  const seat = async (): Promise<Page> => {
    const of = { viewport: { width: 1440, height: 900 }, permissions: ['clipboard-read'] };
    return await (await browser.newContext({ ...of, reducedMotion: 'reduce' })).newPage();
  };
  const [atHome, atOffice] = [await seat(), await seat()];
  for (const page of [atHome, atOffice]) page.setDefaultTimeout(60_000);
  finance = new Desk(stage, home, atHome, { machine: 'home', user: 'finance' }, month);
  controller = new Desk(stage, office, atOffice, { machine: 'office', user: 'controller' }, month);
  await home.enter(atHome, `/close/${month.period}`);
  await office.enter(atOffice, `/close/${month.period}`);
  item = await postedByHand();
  const { tasks } = await finance.board();
  prepared = tasks.filter(({ state }) => state === 'in_review').map(({ code }) => code);
  toPrepare = tasks
    .filter(
      ({ state, next }) =>
        ((state === 'open' || state === 'changed') && next.why_not === null) || next.explain_first.length > 0,
    )
    .map(({ code }) => code);
  toExplain = new Set(
    tasks.filter(({ code, next }) => code !== 'landed_cost' && next.explain_first.length > 0).map(({ code }) => code),
  );
});
test.afterAll(async () => {
  await finance?.page.context().close();
  await controller?.page.context().close();
  await stage?.close();
  await line?.close();
});

test('finance prepares without a connection', async () => {
  test.setTimeout(300_000);
  const { page } = finance;
  await expect(page.getByRole('heading', { name: /^Close, / })).toBeVisible();
  await scene(page, 'close-01-board');
  line.cut();
  await expect(pill(page)).toContainText('Offline', { timeout: 60_000 });

  // what has no words is not signed: its key leads to it, words come from a spreadsheet, and wait here
  if (finance.task('landed_cost').next.explain_first.length > 0) await explainTogether();

  // an entry for what was posted wrong
  await finance.open(item.code);
  const ticked = page.getByRole('checkbox', { name: `Tick ${item.ref}` });
  await cells(page, 'ref').filter({ has: ticked }).click();
  await page.keyboard.press('x');
  await expect(ticked).toBeChecked();
  await page.keyboard.press('e');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('table', { name: 'Lines of the entry' }).getByRole('row')).not.toHaveCount(0);
  await dialog.getByLabel('Text').fill('Put right in October');
  await inTheDark(page, async () => await scene(page, 'close-03-entry'));
  await dialog.getByRole('button', { name: /^Propose [\d]/ }).click();
  await expect(cells(page, 'entry').filter({ hasText: '≈ To approve' })).toHaveCount(1);

  // why accounts moved: a column of words from a spreadsheet, before their task's turn has come
  await finance.open('flux');
  const asking = cells(page, 'explanation').filter({ hasText: 'To explain' });
  await expect(asking.first()).toBeVisible();
  await page.locator('.ag-row[row-index="0"] .ag-cell[col-id="account"]').click();
  await paste(page, Array.from({ length: await asking.count() }, () => 'Follows the days delivered').join('\r\n'));
  await expect(asking).toHaveCount(0);
  await scene(page, 'close-04-flux-pasted');

  for (const code of toPrepare) {
    if (toExplain.has(code)) await finance.explain(code, 'Looked into; settles next month');
    await finance.sign(code, 'preparer');
  }
  await expect(page.getByText('Waits to be sent')).toBeVisible();
  await expect(pill(page)).toContainText(/\d+ changes waiting/);
  await scene(page, 'close-05-prepared-offline');
});

test('the controller reviews meanwhile, and a late entry comes into the books', async () => {
  const { page } = controller;
  const [first = ''] = prepared;
  await controller.open(first);
  await page.locator('button[aria-current="true"]').focus();
  await page.keyboard.press('Shift+S');
  await expect(controller.pane(first)).toContainText('Signed');
  await expect(page.getByText('Reviewed by controller')).toBeVisible();

  await post(controller, entry('GEN-1', 'Diesel surcharge of the carrier', FREIGHT));
  await controller.reconcile('rebates_fees');
  await expect(cells(page, 'ref').filter({ hasText: 'GEN-1' }).first()).toBeVisible({ timeout: 60_000 });
});

test('back on the line: everything is decided at the server, and what changed meanwhile is signed anew', async () => {
  test.setTimeout(300_000);
  const { page } = finance;
  line.mend();
  await finance.go('/sync');
  await page.getByRole('button', { name: 'Sync now' }).click();
  await expect(pill(page)).toContainText('1 needs you', { timeout: 90_000 });
  const { title } = finance.task('rebates_fees');
  await cells(page, 'title')
    .filter({ hasText: `Sign off ${title}` })
    .dblclick();
  const change = page.getByRole('complementary', { name: 'Change' });
  await expect(change.getByRole('row', { name: /^Balance/ })).toContainText('≠');
  await scene(page, 'close-06-changed-meanwhile');
  await change.getByRole('radio', { name: /look at the task again/ }).check();
  await change.getByRole('button', { name: 'Look at the task' }).click();
  await finance.explain('rebates_fees', 'Billed by the carrier in November');
  await finance.sign('rebates_fees', 'preparer');
  await finance.live();
  // by keyboard alone: the next that waits for me, signed
  const office = controller.page;
  await controller.open(prepared[0] ?? '');
  const waiting = prepared.length - 1 + toPrepare.length;
  await expect(office.getByText(`${waiting} in review`)).toBeVisible({ timeout: 60_000 });
  await office.locator('button[aria-current="true"]').focus();
  for (let left = waiting; left > 0; left--) {
    await office.keyboard.press('n');
    await expect(office.getByText('You sign as reviewer')).toBeVisible();
    await office.keyboard.press('Shift+S');
    await expect(office.getByText('Reviewed by controller')).toBeVisible();
    await expect(office.getByText(`${left - 1} in review`)).toHaveCount(left > 1 ? 1 : 0);
  }
});

test('the entry is approved, posted, and opens again what was signed before it', async () => {
  test.setTimeout(300_000);
  const journal = async (desk: Desk): Promise<void> => {
    await desk.go(`/close/${month.period}`);
    await desk.page.getByRole('tab', { name: /^Journal/ }).click();
    await cells(desk.page, 'text').filter({ hasText: 'Put right in October' }).click();
  };
  await journal(controller);
  await inTheDark(controller.page, async () => await scene(controller.page, 'close-07-approve'));
  await controller.page.keyboard.press('a');
  const toExport = (desk: Desk) => cells(desk.page, 'state').filter({ hasText: /^To export$/ });
  await expect(toExport(controller)).toHaveCount(1, { timeout: 60_000 });

  await journal(finance);
  await expect(toExport(finance)).toHaveCount(1, { timeout: 60_000 });
  const file = finance.page.waitForEvent('download');
  await finance.page.keyboard.press('e');
  const exported = readFileSync(await (await file).path(), 'utf8');
  // one brings it in, another reconciles: the change is put down to the first
  await post(controller, exported);
  await finance.reconcile(item.code);
  await expect(finance.pane(item.code)).toContainText('Changed after sign-off', { timeout: 60_000 });
  const said = finance.page.getByRole('complementary', { name: 'Totals' });
  await expect(said).toContainText('gone from the items');
  await expect(said).toContainText(/controller, (today|\w{3} \d+ \w{3}, )/);
  await scene(finance.page, 'close-08-opened-again');
  await signAnew(item.code);
  for (const code of ['reserves', 'fx_revaluation', 'trial_balance']) await both(code);
  await finance.explain('flux', 'Freight of the month');
  for (const code of ['flux', 'controller_review']) await both(code);
});

test('the month is locked; one posting is let in by two people, and what it changes is signed again', async () => {
  test.setTimeout(300_000);
  const { page } = controller;
  let locks = await controller.locks();
  await locks.getByRole('button', { name: 'Lock all areas' }).click();
  await expect(locks.getByRole('row', { name: / Locked / })).toHaveCount(4);
  await page.keyboard.press('Escape');
  await both('soft_lock');

  const late = entry('GEN-2', 'Rent of October paid ahead', RENT);
  await preview(finance, late);
  await expect(finance.page.getByRole('tab', { name: 'Quarantined 2' })).toBeVisible();
  await finance.page.getByRole('tab', { name: 'Quarantined 2' }).click();
  await expect(cells(finance.page, 'reason').first()).toContainText('locked');
  await scene(finance.page, 'close-09-refused');

  let asked = await finance.locks();
  await asked.getByRole('checkbox', { name: 'Ledger' }).check();
  await asked.getByRole('button', { name: 'Ask to open ledger' }).click();
  asked = finance.page.getByRole('dialog', { name: /^Ask to open ledger/ });
  await asked.getByLabel('Hours').fill('2');
  await asked.getByLabel('Why').fill('The rent of October was paid ahead and never expensed');
  await asked.getByRole('button', { name: 'Ask to open' }).click();
  await expect(finance.page.getByText('Somebody who reviews the close answers.')).toBeVisible();
  await finance.page.keyboard.press('Escape');
  locks = await controller.locks();
  const question = locks.getByRole('region', { name: 'Asked by finance' });
  await expect(question).toContainText('never expensed', { timeout: 60_000 });
  await inTheDark(page, async () => await scene(page, 'close-10-exception'));
  await question.getByRole('button', { name: /^Open until/ }).click();
  await expect(locks.getByRole('row', { name: /^Ledger/ })).toContainText('Open again until');
  await page.keyboard.press('Escape');

  await post(finance, late);
  await finance.reconcile('depreciation');
  await expect(finance.pane('depreciation')).toContainText('Changed after sign-off', { timeout: 60_000 });
  locks = await controller.locks();
  await locks.getByRole('button', { name: 'Lock ledger' }).click();
  await expect(locks.getByRole('row', { name: /^Ledger/ })).not.toContainText('Open again');
  await page.keyboard.press('Escape');
  await signAnew('depreciation');
  await both('statements');
  await scene(page, 'close-11-all-signed');
});

test('the hard lock is for good: nothing is posted, altered or signed any more', async () => {
  const { page } = controller;
  const locks = await controller.locks();
  await locks.getByRole('button', { name: 'Lock for good' }).click();
  const last = page.getByRole('dialog', { name: /^Lock .+ for good$/ });
  await scene(page, 'close-12-hard-lock');
  await last.getByRole('button', { name: /^Lock .+ for good$/ }).click();
  await expect(page.getByRole('dialog').getByText('The month is locked for good')).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('Escape');
  await expect(page.getByText('Hard lock, irreversible')).toBeVisible();
  await expect(finance.page.getByText('Hard lock, irreversible')).toBeVisible({ timeout: 60_000 });

  await preview(finance, entry('GEN-3', 'Too late', FREIGHT));
  await expect(finance.page.getByRole('tab', { name: 'Quarantined 2' })).toBeVisible();
  await finance.page.getByRole('tab', { name: 'Quarantined 2' }).click();
  await expect(cells(finance.page, 'reason').first()).toContainText('for good');
  await controller.open('flux');
  await expect(controller.signButton()).toBeDisabled();
});

test('the binder is final, the same from both machines to the byte, verified, and recorded at the server', async () => {
  test.setTimeout(300_000);
  const { page } = controller;
  await controller.go(`/close/${month.period}`);
  await page.locator('button[aria-current="true"]').focus();
  await page.keyboard.press('b');
  const dialog = page.getByRole('dialog', { name: /^Binder of/ });
  const download = page.waitForEvent('download', { timeout: 120_000 });
  await dialog.getByRole('button', { name: 'Make the binder' }).click();
  const atOffice = stage.world.path('office.zip');
  await (await download).saveAs(atOffice);
  await expect(dialog.getByText(/^Recorded: final, made by controller/)).toBeVisible({ timeout: 60_000 });
  await scene(page, 'close-13-binder');

  const atHome = stage.world.path('home.zip');
  const of = ['--period', isoDate(lastDayOfMonth(month.period)).slice(0, 7), '--company', month.company.code];
  const made = await stage.run(['binder', ...of, '--out', atHome], 'home', 'finance');
  expect(made.code, made.stderr).toBe(0);
  for (const file of [atOffice, atHome]) {
    const verified = await stage.world.run(['binder', 'verify', file]);
    expect(verified.code, verified.stderr + verified.stdout).toBe(0);
    expect(verified.events).toContainEqual(expect.objectContaining({ event: 'binder_verified', final: true }));
  }
  expect(readFileSync(atHome).equals(readFileSync(atOffice))).toBe(true);
});

test('ledger, credit and the close are read by keyboard, copied into a spreadsheet and printed', async () => {
  const { page } = finance;
  const copied = async (): Promise<readonly string[]> => {
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Control+c');
    return (await page.evaluate(() => navigator.clipboard.readText())).split('\r\n');
  };
  await finance.go('/ledger');
  await cells(page, 'balance').first().click();
  expect((await copied()).map(Number).every(Number.isFinite)).toBe(true);
  await onPaper(page, async (sheet) => await expect(sheet.getByRole('table', { name: 'Trial balance' })).toBeVisible());
  await cells(page, 'code').filter({ hasText: 'Receivables' }).click();
  await page.keyboard.press('Enter');
  await expect(grid(page, 'Lines of the account').getByRole('row').nth(1)).toBeVisible();
  await cells(page, 'number').first().click();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary', { name: 'Entry' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Backspace');
  await expect(grid(page, 'Trial balance')).toBeVisible();

  await finance.go('/credit');
  await cells(page, 'open').first().click();
  expect((await copied()).map(Number).every(Number.isFinite)).toBe(true);
  await onPaper(page, async (sheet) => await expect(sheet.locator('tbody tr').nth(5)).toBeVisible());
  await cells(page, 'name').first().click();
  await page.keyboard.press('Enter');
  await page.keyboard.press('n');
  await expect(page.getByRole('textbox', { name: 'Said' })).toBeFocused();
  await page.keyboard.press('Escape');

  await finance.open('ar_gl');
  const opening = page.locator('.ag-row', { has: page.locator('[col-id="ref"]', { hasText: /^Brought forward/ }) });
  const row_id = await opening.getAttribute('row-id');
  await page.locator(`.ag-row[row-id="${row_id}"] .ag-cell[col-id="ledger"]`).click();
  expect((await copied()).map(Number).every(Number.isFinite)).toBe(true);
  await onPaper(page, async (sheet) => {
    await expect(sheet.locator('header')).toContainText(/\d+ signed, /);
    await expect(sheet.locator('header')).toContainText('AR vs GL, account 1300 · Signed');
    await expect(sheet.locator('header')).toContainText('Reviewed by controller');
    await expect(sheet.getByRole('table', { name: 'Lines of AR vs GL' })).toBeVisible();
  });
});

/** A month of which every landed cost was split has nothing to explain there. */
async function explainTogether(): Promise<void> {
  const { page } = finance;
  await finance.open('landed_cost');
  const unsaid = cells(page, 'explanation').filter({ hasText: 'To explain' });
  await expect(unsaid.first()).toBeVisible();
  await page.locator('button[aria-current="true"]').focus();
  await page.keyboard.press('Shift+S');
  await expect(page.locator('.ag-cell-focus[col-id="explanation"]')).toHaveText('To explain');
  const words = Array.from({ length: await unsaid.count() }, (_, nth) => `One bill comes next month, part ${nth + 1}`);
  await paste(page, words.join('\r\n'));
  await expect(unsaid).toHaveCount(0);
  await expect(cells(page, 'explanation').filter({ hasText: '≈ One bill' }).first()).toBeVisible();
  await scene(page, 'close-02-explained-offline');
}

/** What Ctrl P would hand to the printer, whose dialog stays shut. */
async function onPaper(page: Page, look: (sheet: ReturnType<Page['locator']>) => Promise<void>): Promise<void> {
  await page.evaluate(() => Object.assign(window, { print: () => document.body.setAttribute('data-printed', '') }));
  await page.keyboard.press('Control+p');
  await expect(page.locator('body[data-printed]')).toHaveCount(1);
  await page.emulateMedia({ media: 'print' });
  await look(page.locator('[data-print-sheet]'));
  await page.emulateMedia({ media: 'screen' });
  await page.evaluate(() => {
    document.body.removeAttribute('data-printed');
    window.dispatchEvent(new Event('afterprint'));
  });
  await expect(page.locator('[data-print-sheet]')).toHaveCount(0);
}

/** What changed after it was signed is explained where it asks, and signed by both, in the order in which tasks wait for each other. */
async function signAnew(because: string): Promise<void> {
  const asking = async (): Promise<readonly string[]> =>
    (await finance.board()).tasks
      .filter(({ state, waiting_for }) => state === 'changed' && waiting_for.length === 0)
      .map(({ code }) => code);
  let changed = await asking();
  expect(changed).toContain(because);
  // what rests on a task asks again once that is signed
  for (let [code] = changed; code !== undefined; [code] = changed) {
    await finance.explain(code, 'Posted late, as approved');
    await both(code);
    const now = code;
    await expect
      .poll(async () => (await finance.board()).tasks.find((task) => task.code === now)?.state, { timeout: 60_000 })
      .toBe('signed');
    changed = await asking();
  }
}

async function both(code: string): Promise<void> {
  await finance.sign(code, 'preparer');
  await controller.sign(code, 'reviewer');
  await expect(controller.pane(code)).toContainText('Signed');
}

/** An entry nobody has a paper for, posted before the story begins: whatever else the demo holds, it is to be put right. */
async function postedByHand(): Promise<{ readonly code: string; readonly ref: string }> {
  const wrong = { code: STOCK.task, ref: 'GEN-0' };
  await post(controller, entry(wrong.ref, 'Stock written up by hand', STOCK));
  await controller.reconcile(wrong.code);
  await expect(async () => {
    const { items } = await finance.reconciliation(wrong.code);
    expect(items.map(({ ref }) => ref)).toContain(wrong.ref);
  }).toPass({ timeout: 60_000 });
  return wrong;
}

function entry(
  number: string,
  text: string,
  of: { readonly debit: string; readonly credit: string; readonly amount: string },
) {
  return entryCsv({ number, text, booked_on: isoDate(lastDayOfMonth(month.period)), ...of });
}

/** A file of ledger entries, as the bookkeeping's system lets it out, held against the books on the Imports screen. */
async function preview(desk: Desk, csv: string): Promise<void> {
  const { page } = desk;
  await desk.go('/imports');
  // what the screen still holds of a file before is left behind
  await page.reload();
  await page.getByLabel('Kind').selectOption({ label: 'Ledger entries' });
  const buffer = Buffer.from(csv);
  await page.getByLabel('File to import').setInputFiles({ name: 'entries.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('button', { name: /^Preview/ }).click();
  await expect(page.getByRole('region', { name: 'Tie-out' })).toContainText('Preview');
}

async function post(desk: Desk, csv: string): Promise<void> {
  await preview(desk, csv);
  await desk.page.getByRole('button', { name: /^Apply/ }).click();
  await expect(desk.page.getByRole('region', { name: 'Tie-out' })).toContainText('Applied', { timeout: 60_000 });
}

async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((words) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', words);
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    );
  }, text);
}
