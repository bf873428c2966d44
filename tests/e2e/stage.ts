/** What end-to-end tests stand on: one demo made once, servers on copies of it, hosts, and a page that comes in. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test as base } from '@playwright/test';
import type { Line } from '../process/line.ts';
import { type Finished, freePort, PEOPLE, type Person, type Process, World } from '../process/world.ts';
import { SLOW, slowDown } from './slowly.ts';

export { expect };

const inOurTime = base.extend<object, { readonly pace: null }>({
  pace: [
    async ({ browser }, use) => {
      slowDown(browser);
      await use(null);
    },
    { scope: 'worker', auto: true },
  ],
});
/** Where pages are slowed, the limits a test sets itself are longer too. */
export const test = Object.assign(inOurTime, {
  setTimeout: (limit_ms: number) => base.setTimeout(limit_ms * SLOW),
});

/** A server that keeps its address through restarts, and the machines around it. */
export class Stage {
  readonly world = new World();
  readonly port: number;
  readonly url: string;
  private server: Process | null = null;
  /** Of whom no machine is here yet that was loaded before. */
  private readonly loaded = new Set<string>(PEOPLE);

  private constructor(port: number) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async open(serverArgs: readonly string[] = []): Promise<Stage> {
    const stage = new Stage(await freePort());
    await stage.world.copyDemo('central');
    await stage.startServer(serverArgs);
    return stage;
  }

  async startServer(more: readonly string[] = []): Promise<void> {
    const dir = this.world.path('central');
    const { url, process } = await this.world.server(['--data-dir', dir, '--port', String(this.port), ...more]);
    expect(url).toBe(this.url);
    this.server = process;
  }

  async killServer(): Promise<void> {
    await this.server?.stop('SIGKILL');
  }

  /** The browser host of one person on one machine, over a line of its own if given; `machine` names its data folder. */
  async host(machine: string, user: string, line?: Line): Promise<Host> {
    await this.machine(machine, user);
    const process = this.world.start(['serve', '--server', line?.url ?? this.url, ...this.as(machine, user), '--json']);
    const listening = await process.waitFor('listening');
    return new Host(process, this.world.path(machine), String(listening['url']), String(listening['open']));
  }

  /** Any command on that machine, to its end. */
  async run(args: readonly string[], machine: string, user: string): Promise<Finished> {
    return await this.world.run([...args, ...this.as(machine, user)]);
  }

  async query<T>(machine: string, user: string, name: string, args: object): Promise<T> {
    const done = await this.run(['query', name, '--args', JSON.stringify(args)], machine, user);
    expect(done.stderr).toBe('');
    return JSON.parse(done.stdout) as T;
  }

  async pull(machine: string, user: string): Promise<void> {
    await this.machine(machine, user);
    const done = await this.run(['pull', '--server', this.url], machine, user);
    expect(done.code, done.stderr).toBe(0);
  }

  async close(): Promise<void> {
    await this.world.close();
  }

  /** Where nobody sat yet the person’s first machine comes loaded; another of theirs loads for itself. */
  private async machine(name: string, user: string): Promise<void> {
    const person = PEOPLE.find((each) => each === user);
    if (person === undefined || existsSync(this.world.path(name)) || !this.loaded.delete(person)) return;
    await this.world.copyMachine(name, person);
  }

  private as(machine: string, user: string): readonly string[] {
    return ['--data-dir', this.world.path(machine), '--user', user, '--password-file', this.world.passwordFile(user)];
  }
}

/** `npm start` on one machine: server, demo and host in one process, nobody signed in; `loaded` have a copy there. */
export async function startCockpit(world: World, loaded: readonly Person[] = []): Promise<Host> {
  const dataDir = world.path('machine');
  await world.copyDemo('machine');
  for (const person of loaded) await world.copyMachine('machine', person);
  const process = world.start(['start', '--data-dir', dataDir, '--size', 'small', '--no-open', '--json']);
  const listening = await process.waitFor('listening');
  return new Host(process, dataDir, String(listening['url']), String(listening['open']));
}

/** A running browser host. */
export class Host {
  readonly process: Process;
  readonly dataDir: string;
  readonly url: string;
  /** The address it printed: good for one use. */
  readonly printed: string;

  constructor(process: Process, dataDir: string, url: string, printed: string) {
    this.process = process;
    this.dataDir = dataDir;
    this.url = url;
    this.printed = printed;
  }

  /** A fresh single-use address, as a second `npm start` asks for one. */
  async openAddress(): Promise<string> {
    const file: unknown = JSON.parse(readFileSync(join(this.dataDir, 'host.json'), 'utf8'));
    if (typeof file !== 'object' || file === null || !('token' in file)) throw new Error('host.json has no token');
    const headers = { authorization: `Bearer ${String(file.token)}` };
    const answer: unknown = await (await fetch(`${this.url}/code`, { method: 'POST', headers })).json();
    if (typeof answer !== 'object' || answer === null || !('open' in answer))
      throw new Error('the host gave no address');
    return String(answer.open);
  }

  /** Opens the cockpit on a screen: '/stock', '/close/202610/7'. */
  async enter(page: Page, screen = '/stock'): Promise<void> {
    await page.goto(await this.openAddress());
    await expect(rail(page)).toBeVisible({ timeout: 30_000 });
    await page.goto(`${this.url}/#${screen}`);
  }
}

/** On the sign-in screen, with the password of every demo account. */
export async function signIn(page: Page, user: string, password = 'demo'): Promise<void> {
  await page.getByLabel('User name').fill(user);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /user menu$/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('button', { name: /^Sign in( offline)?$/ })).toBeVisible();
}

export const rail = (page: Page) => page.getByRole('navigation', { name: 'Screens' });
export const pill = (page: Page) => page.getByTitle('Open Sync');
export const grid = (page: Page, name: string | RegExp) => page.getByRole('grid', { name });
/** Cells of the rows that scroll: neither headers nor the totals row. */
export const cells = (page: Page, column: string) =>
  page.locator(`.ag-row:not(.ag-row-pinned) .ag-cell[col-id="${column}"]`);

/** Errors of the page and its console, policy violations included, from now on. */
export function watch(page: Page): readonly string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  return problems;
}

/** '−€1,234.50' as -123450. Throws when the text holds no amount with two decimals. */
export function cents(text: string): number {
  const found = /([−-]?)[^\d−-]*([\d,]+)\.(\d\d)(?!\d)/.exec(text);
  if (!found) throw new Error(`no amount in “${text}”`);
  const [, sign, whole = '', part = ''] = found;
  const value = Number(whole.replaceAll(',', '') + part);
  return sign ? -value : value;
}

/** Down the list of decisions to one of them by its key: it changes while forecasts come in, so no count of steps is right for long. */
export async function downTo(page: Page, key: string): Promise<void> {
  const list = grid(page, 'Decisions');
  const selected = list.locator('[role="row"][aria-selected="true"]');
  await expect(list.locator('[role="row"][aria-selected]').first()).toBeVisible();
  await list.focus();
  await page.keyboard.press('Home');
  await expect(async () => {
    const before = await selected.getAttribute('id');
    if (before === `today-${key}`) return;
    await page.keyboard.press('ArrowDown');
    const after = await selected.getAttribute('id');
    // at the end it was passed by as rows came in above
    if (after === before) await page.keyboard.press('Home');
    expect(after).toBe(`today-${key}`);
  }).toPass({ timeout: 60_000, intervals: [10] });
}

export const itemPanel = (page: Page) => page.getByRole('complementary', { name: 'Item' });

/** On the stock: unfolds the first category and opens its first item, by keyboard. */
export async function openFirstItem(page: Page): Promise<void> {
  // a row that is drawn before it is read is drawn anew: a key in between would meet no row
  await expect(cells(page, 'name').first()).toContainText('folded');
  await cells(page, 'name').first().click();
  await page.keyboard.press('ArrowRight');
  await expect(cells(page, 'name').first()).toContainText('open');
  // the items take the next category's place a moment later: Space must meet an item
  await expect(page.locator('.ag-row[row-index="1"] .ag-cell').first()).toContainText(/[A-Z]{2}-\d{4}/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  await expect(itemPanel(page).getByText('Free to promise')).toBeVisible();
}

/** Writes a note on the item that is open. */
export async function writeNote(page: Page, body: string): Promise<void> {
  await itemPanel(page).getByLabel('Note on this item').fill(body);
  await itemPanel(page).getByRole('button', { name: 'Add note' }).click();
}

export const noteOf = (page: Page, body: string) =>
  itemPanel(page).getByRole('list', { name: 'Notes' }).getByRole('listitem').filter({ hasText: body });
