import { readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
const [data, out, user, theme, ...routes] = process.argv.slice(2);
const host = JSON.parse(readFileSync(`${data}/host.json`, 'utf8'));
const answer = await (await fetch(`${host.url}/code`, { method: 'POST', headers: { authorization: `Bearer ${host.token}` } })).json();
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium' });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: theme === 'dark' ? 'dark' : 'light' });
page.on('console', (m) => { if (m.type() === 'error') console.log('console', m.text()); });
await page.goto(answer.open);
await page.getByLabel('User name').or(page.getByRole('button', { name: /user menu/ })).first().waitFor({ timeout: 60000 });
if (process.env.OUT) { await page.getByRole('button', { name: /user menu/ }).last().click(); await page.getByText('Sign out').first().click(); await page.waitForTimeout(4000); }
if (await page.getByLabel('User name').isVisible().catch(() => false)) {
  await page.getByLabel('User name').fill(user);
  await page.getByLabel('Password').fill('demo');
  await page.keyboard.press('Enter');
}
await page.getByRole('navigation').first().waitFor({ timeout: 180000 });
await page.waitForTimeout(8000);
for (const r of routes) {
  const [route, ...keys] = r.split('+');
  await page.evaluate((h) => { location.hash = h; }, `#${route}`);
  await page.waitForTimeout(5500);
  for (const k of keys) {
    if (k.startsWith('row')) await page.locator('.ag-center-cols-container .ag-row, .ag-row').nth(Number(k.slice(3))).locator('.ag-cell').first().click().catch((e) => console.log(String(e).slice(0, 200)));
    else if (k.startsWith('=')) await page.getByText(k.slice(1), { exact: true }).first().click({ timeout: 4000 }).catch((e) => console.log(k, String(e).slice(0, 120)));
    else await page.keyboard.press(k);
    await page.waitForTimeout(1500);
  }
  await page.screenshot({ path: `${out}/${user}-${theme}-${r.replace(/[^a-z0-9]+/gi, '_')}.png` });
}
await browser.close();
