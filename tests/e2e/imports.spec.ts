/** An empty server from its first sign-in: accounts, a file with a mistake, its correction, the same file again. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { CAMT_02 } from '#domain/imports/bank/testing/files.ts';
import { Stage, World } from './importStage.ts';
import { expectAccessible } from './accessible.ts';
import { cells, expect, grid, type Host, rail, test, watch } from './stage.ts';

test.describe.configure({ mode: 'serial' });

let world: World;
let stage: Stage;
let host: Host;
let page: Page;
let problems: readonly string[];

test.beforeAll(async ({ browser }) => {
  world = new World();
  stage = await Stage.empty(world);
  host = await stage.host('admin');
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  page = await context.newPage();
  problems = watch(page);
  await host.enter(page);
});
test.afterEach(() => expect(problems).toEqual([]));
test.afterAll(async () => {
  await page.context().close();
  await world.close();
});

const ITEMS = [
  'Artikelnr;Bezeichnung;Warengruppe;Einheit;EK-Preis',
  'FA-0840;Hex bolt M8x40 A2;Fasteners;pcs;0,0832',
  'FA-0912;Washer M8 A2;Fasteners;pcs;0,0121',
  'HT-2201;Cordless drill 18V;Tools;pcs;siebzig',
  'HT-2202;Cordless drill 36V;Tools;pcs;1.274,50',
].join('\n');

const choose = async (name: string, content: string | Buffer): Promise<void> => {
  await page.getByLabel('File to import').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
};
const button = (name: string | RegExp) => page.getByRole('button', { name });
const tab = (name: string) => page.getByRole('tab', { name, exact: true });

/** Both modes: what axe calls serious, and a picture. */
async function lookAt(name: string): Promise<void> {
  await expectAccessible(page, name, 'body', (colorScheme) =>
    page.screenshot({ path: test.info().outputPath(`${name}-${colorScheme}.png`) }),
  );
}

test('an administrator of an empty server comes in, is told what to do, and can make accounts', async () => {
  await expect(page.getByText('This server is empty.')).toBeVisible();
  await lookAt('empty');
  await button('Open Administration').click();
  await button('Add a user').click();
  const dialog = page.getByRole('dialog', { name: 'Add a user' });
  await dialog.getByLabel('User name').fill('bea');
  await dialog.getByLabel('Name', { exact: true }).fill('Bea Sand');
  await dialog.getByLabel('First password').fill('long enough 1');
  await dialog.getByRole('button', { name: 'Add bea' }).click();
  await expect(grid(page, 'Accounts').getByText('Bea Sand')).toBeVisible();
  // nothing else opens without a company, and nothing breaks
  for (const screen of ['Stock', 'Margin', 'Close']) {
    await rail(page).getByRole('link', { name: screen }).click();
    await expect(page.getByText('This server is empty.')).toBeVisible();
  }
});

test('a first file makes the company; a mistake in it waits', async () => {
  await button('Import the first file').click();
  await expect(button(/^Preview/)).toHaveCount(0);
  await lookAt('choose');
  await choose('items.csv', ITEMS);
  await expect(page.getByLabel('Column for the item code')).toHaveValue('Artikelnr');
  await expect(page.getByLabel('Column for the unit cost')).toHaveValue('EK-Preis');
  await expect(page.getByLabel('Decimal mark')).toHaveValue(',');
  await expect(button('Preview 4 lines')).toBeDisabled();
  await page.getByLabel('Code of the new company').fill('HAL');
  await page.getByLabel('Name', { exact: true }).fill('Halvorsen');
  await lookAt('columns');

  await button('Preview 4 lines').click();
  await expect(tab('New 3')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Tie-out' })).toContainText('1,274.5953');
  await expect(page.getByRole('region', { name: 'Tie-out' })).toContainText('1 unreadable line');
  await tab('Quarantined 1').click();
  await expect(cells(page, 'reason')).toHaveText(['The unit cost "siebzig" is not a number.']);
  await tab('New 3').click();
  await lookAt('preview');
  // nothing is written yet
  await expect(page.getByRole('button', { name: /^No company yet/ })).toBeVisible();

  await button('Apply 3 changes').click();
  await expect(page.getByRole('region', { name: 'Tie-out' })).toContainText('Applied');
  await expect(page.getByRole('button', { name: /^Halvorsen/ })).toBeVisible({ timeout: 60_000 });
});

test('the line that waits is corrected and taken in', async () => {
  await tab('Quarantine').click();
  await expect(cells(page, 'label')).toHaveText(['HT-2201']);
  await cells(page, 'label').first().dblclick();
  const panel = page.getByRole('complementary', { name: 'Correction' });
  await expect(panel.getByLabel('EK-Preis')).toHaveValue('siebzig');
  await panel.getByLabel('EK-Preis').fill('siebzig,5');
  await panel.getByRole('button', { name: 'Take the line in' }).click();
  await expect(panel.getByRole('alert')).toHaveText('The unit cost "siebzig,5" is not a number.');
  await lookAt('quarantine');
  await panel.getByLabel('EK-Preis').fill('70,50');
  await panel.getByRole('button', { name: 'Take the line in' }).click();
  await expect(page.getByText('HT-2201 is corrected and taken in.')).toBeVisible();
  await expect(page.getByText('Nothing waits')).toBeVisible();
});

test('the same file again changes nothing, and the correction stays', async () => {
  await tab('New import').click();
  await button('Import another file').click();
  // dropped this time
  const dropped = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'items.csv', { type: 'text/csv' }));
    return data;
  }, ITEMS);
  await page.getByRole('region', { name: 'File' }).dispatchEvent('drop', { dataTransfer: dropped });
  await button('Preview 4 lines').click();
  await expect(tab('New 0')).toBeVisible();
  await expect(tab('Changed 0')).toBeVisible();
  await expect(page.getByText('1 of the quarantined were corrected or dismissed earlier.')).toBeVisible();
});

test('a corrected file shows before and after, and only that is written', async () => {
  await button('Back to the columns').click();
  await button('Another file').click();
  const corrected = ITEMS.replace('Washer M8 A2', 'Washer M8 A4').replace('siebzig', '71');
  await choose('items.csv', `${corrected}\nHT-2203;Cordless drill 54V;Tools;pcs;viel`);
  await button('Preview 5 lines').click();
  await expect(tab('Changed 2')).toHaveAttribute('aria-selected', 'true');
  await expect(cells(page, 'before')).toHaveText(['Washer M8 A2', '70.5']);
  await expect(cells(page, 'after')).toHaveText(['→ Washer M8 A4', '→ 71']);
  await lookAt('changed');
  await button('Apply 2 changes').click();
  await expect(page.getByRole('region', { name: 'Tie-out' })).toContainText('Applied');
  await tab('Earlier imports').click();
  await expect(cells(page, 'file')).toHaveText(['items.csv', 'corrected line 4 of items.csv', 'items.csv']);
  await lookAt('earlier');
});

test('a line that waits is dismissed with a reason, which is asked for, by keyboard too', async () => {
  await tab('Quarantine').click();
  await expect(cells(page, 'label')).toHaveText(['HT-2203']);
  await cells(page, 'label').first().dblclick();
  const dismiss = page
    .getByRole('complementary', { name: 'Correction' })
    .getByRole('button', { name: /^Dismiss the line/ });
  await dismiss.focus();
  await page.keyboard.press('Enter');
  const asked = page.getByRole('dialog', { name: 'Dismiss the line' });
  const why = asked.getByLabel('Why it is not needed');
  await expect(why).toBeFocused();
  await expect(asked.getByRole('button', { name: 'Dismiss the line' })).toBeDisabled();
  // without a reason nothing is dismissed
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(asked).toHaveCount(0);
  await expect(cells(page, 'label')).toHaveText(['HT-2203']);
  await dismiss.click();
  await why.fill('Not sold any more');
  await expect(asked.getByRole('button', { name: 'Dismiss the line' })).toBeEnabled();
  await page.keyboard.press('Enter');
  await expect(page.getByText('1 line dismissed; the same file brings it no more.')).toBeVisible();
  await expect(page.getByText('Nothing waits')).toBeVisible();
  await button('Show dismissed').click();
  await expect(page.getByText('Not sold any more')).toBeVisible();
  await button('Show what waits').click();
});

test('a bank’s own file is known by what it holds, and says what it leaves out', async () => {
  await tab('New import').click();
  await button('Import another file').click();
  await choose('october.csv', CAMT_02);
  await expect(page.getByLabel('Kind')).toHaveValue('statements');
  await expect(page.getByText('Read as CAMT.053.')).toBeVisible();
  await expect(page.getByRole('list', { name: 'What to know of the file' })).toContainText(
    '1 entry of statement 17 of NL91ABNA0417164300 not booked yet, EUR -99.00 together, is left out',
  );
  await button('Preview 7 lines').click();
  await expect(tab('Quarantined 7')).toHaveAttribute('aria-selected', 'true');
  await expect(cells(page, 'reason').first()).toContainText(
    'There is no account "NL91ABNA0417164300" in this company.',
  );
  await lookAt('bank');
  await button('Back to the columns').click();
  await button('Another file').click();
  await choose('cut.xml', CAMT_02.slice(0, 1500));
  await expect(page.getByText('it is cut off. Fetch it again from the bank.')).toBeVisible();
});

test('orders are read first, sent in blocks, and put right like any other line', async () => {
  await page.getByLabel('Kind').selectOption('Orders');
  const order = (number: number, quantity: string) => `SO-${number},2026-10-05,C-1,FA-0840,${quantity},0.185\n`;
  const lines = Array.from({ length: 2500 }, (_, index) => order(Math.floor(index / 5), index === 1203 ? 'ten' : '10'));
  const csv = `Order No,Order Date,Customer ID,Item Code,Quantity,Unit Price\n${lines.join('')}`;
  await choose('orders.csv', csv);
  await expect(page.getByLabel('Column for the invoice or order number')).toHaveValue('Order No');
  await button('Read 2,500 lines').click();
  await expect(page.getByRole('region', { name: 'Tie-out' })).toContainText('2,499 can be imported');
  await expect(page.getByRole('region', { name: 'Tie-out' })).toContainText('4,623.15');
  await expect(cells(page, 'reason')).toHaveText(['The quantity "ten" is not a number.']);
  await lookAt('orders-read');
  await button('Import 2,500 lines').click();
  await expect(page.getByRole('region', { name: 'Tie-out' })).toContainText('2,499 new');
  await lookAt('orders-done');

  await tab('Quarantine').click();
  await cells(page, 'label').first().dblclick();
  const panel = page.getByRole('complementary', { name: 'Correction' });
  await expect(panel.getByLabel('Quantity')).toHaveValue('ten');
  await panel.getByRole('button', { name: 'Take the line in' }).click();
  await expect(panel.getByRole('alert')).toHaveText('The quantity "ten" is not a number.');
  await panel.getByLabel('Quantity').fill('11');
  await panel.getByRole('button', { name: 'Take the line in' }).click();
  await expect(page.getByText('SO-240 is corrected and taken in.')).toBeVisible();

  // the uncorrected file again: nothing is doubled, and the correction stays
  await tab('New import').click();
  await button('Import another file').click();
  await choose('orders.csv', csv);
  await button('Read 2,500 lines').click();
  await button('Import 2,500 lines').click();
  await expect(page.getByRole('region', { name: 'Tie-out' })).toContainText('0 new, 0 changed, 2,499 as they were');
  await expect(page.getByRole('region', { name: 'Tie-out' })).toContainText(
    '1 of the quarantined were corrected earlier',
  );
  await tab('Earlier imports').click();
  await expect(cells(page, 'kind').filter({ hasText: 'Orders' })).toHaveCount(4);
  await tab('New import').click();
  await button('Import another file').click();
  await page.getByLabel('Kind').selectOption('Items');
  await choose('items.csv', ITEMS);
});

test('what changed between preview and apply is shown, not overwritten', async () => {
  await button('Another file').click();
  await choose('washer.csv', 'code,name\nFA-0912,Washer M8 A2 zinc\n');
  await button('Preview 1 line').click();
  await expect(cells(page, 'before')).toHaveText(['Washer M8 A4']);
  await stage.importItems('code,name\nFA-0912,Renamed elsewhere\n');
  await button('Apply 1 change').click();
  await expect(page.getByText('The data changed since the preview')).toBeVisible();
  await expect(cells(page, 'before')).toHaveText(['Renamed elsewhere']);
  await button('Apply 1 change').click();
  await expect(page.getByRole('region', { name: 'Tie-out' })).toContainText('Applied');
});

test('what a line cost is told from files: charges, carriers’ charges and close tasks with a wrong line each', async () => {
  // FA-0840 came at 0.09; the orders of the test before sold it in lines of 10 pieces
  const head = 'number,supplier,site,item,ordered_on,expected_on,ordered_qty,unit_price,received_qty,received_on';
  const bought = 'PO-1,S-1,AMS,FA-0840,2026-09-01,2026-09-21,20000,0.09,20000,2026-09-21';
  await stage.import('purchases', `${head}\n${bought}\n`, '--make-missing');
  const lines = async (): Promise<void> => {
    await page.goto(`${host.url}/#/margin`);
    const waterfall = page.getByRole('region', { name: 'Waterfall' });
    await waterfall.getByRole('button', { name: /^Net sales / }).click();
    await expect(cells(page, 'document').first()).toContainText('SO-');
  };
  await lines();
  const shown = (await cells(page, 'document').first().innerText()).trim();
  const [order = ''] = /SO-\d+/.exec(shown) ?? [];
  await page.goto(`${host.url}/#/imports`);
  const bring = async (kind: string, csv: string, lines: number): Promise<void> => {
    await tab('New import').click();
    await button('Import another file').or(button('Another file')).first().click();
    await page.getByLabel('Kind').selectOption(kind);
    await choose('file.csv', csv);
    await button(`Preview ${lines} lines`).click();
  };
  await bring(
    'Landed charges',
    'order,kind,booked_on,amount\nPO-1,freight,2026-09-22,200.00\nPO-9,duty,2026-09-22,5\n',
    2,
  );
  await tab('Quarantined 1').click();
  await expect(cells(page, 'reason')).toHaveText([/PO-9/]);
  await button('Apply 1 change').click();
  await expect(page.getByRole('region', { name: 'Tie-out' })).toContainText('Applied');

  await bring(
    'Carriers’ charges',
    `number,order,charged_on,amount\nCR-1,${order},2026-10-06,10.00\nCR-2,${order},2026-10-07,x\n`,
    2,
  );
  await tab('Quarantined 1').click();
  await expect(cells(page, 'reason')).toHaveText(['The amount "x" is not a number.']);
  await button('Apply 1 change').click();
  await expect(page.getByRole('region', { name: 'Tie-out' })).toContainText('Applied');

  // the list leaves from the screen, and comes back with a line of nobody's
  await button('Import another file').click();
  await page.getByLabel('Kind').selectOption('Close tasks');
  const [download] = await Promise.all([page.waitForEvent('download'), button(/^Save the close tasks of HAL/).click()]);
  const list = readFileSync(await download.path(), 'utf8');
  const many = list.trim().split('\n').length;
  await choose('tasks.csv', `${list}payroll,Payroll accrual,nobody,,3,,yes\n`);
  await button(`Preview ${many} lines`).click();
  await tab(`Quarantined ${many}`).click();
  await expect(cells(page, 'reason').filter({ hasText: 'nobody' })).toHaveCount(1);
  await button('Back to the columns').click();
  await button('Another file').click();
  await choose('tasks.csv', `${list}payroll,Payroll accrual,,,3,,yes\n`);
  await button(`Preview ${many} lines`).click();
  await button(`Apply ${many} changes`).click();
  await expect(page.getByRole('region', { name: 'Tie-out' })).toContainText('Applied');

  // the working of that line, by keyboard
  await lines();
  await cells(page, 'document').filter({ hasText: shown }).first().click();
  await page.keyboard.press(' ');
  const panel = page.getByRole('complementary', { name: 'Working of the line' });
  await expect(panel).toContainText('PO-1 2026-09-21');
  // 0.09 and 200.00 over 20,000
  await expect(panel).toContainText('of €200.00, by value');
  await expect(panel).toContainText('Unit cost0.10');
  await expect(panel).toContainText('Landed cost1.00');
  await expect(panel).toContainText('Charged for the order10.00');
  await expect(panel).toContainText('This line’s partby net, of 5 lines2.00');
  await lookAt('working');
  await page.goto(`${host.url}/#/imports`);
});

test('without the connection the screen says so and keeps the file', async () => {
  await tab('New import').click();
  await button('Import another file').click();
  await page.getByLabel('Kind').selectOption('Items');
  await choose('items.csv', ITEMS);
  await page.getByLabel('Column for the category').selectOption('');
  await stage.stopServer();
  await expect(page.getByText('Imports need the connection.')).toBeVisible({ timeout: 90_000 });
  await expect(page.getByText('items.csv and its columns stay as they are')).toBeVisible();
  await expect(button('Preview 4 lines')).toBeDisabled();
  await rail(page).getByRole('link', { name: 'Sync' }).click();
  await rail(page).getByRole('link', { name: 'Imports' }).click();
  await expect(page.getByLabel('Column for the category')).toHaveValue('');
  await expect(page.getByLabel('Column for the item code')).toHaveValue('Artikelnr');
});
