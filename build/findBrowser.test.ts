import { describe, expect, test } from 'vitest';
import { type BrowserSurroundings, findBrowser } from './findBrowser.ts';
import { installDebianBrowser } from './setupDebian.ts';

function surroundings(present: readonly string[], more: Partial<BrowserSurroundings> = {}): BrowserSurroundings {
  return {
    platform: 'linux',
    env: {},
    exists: (path) => present.includes(path),
    playwrightPath: () => Promise.resolve('/cache/chromium/chrome'),
    install: null,
    ...more,
  };
}

describe('the browser', () => {
  test('that is named wins, and a wrong name is said instead of replaced', async () => {
    const present = ['/mine', '/usr/bin/chromium'];
    expect(await findBrowser(surroundings(present, { env: { BINNACLE_BROWSER: '/mine' } }))).toMatchObject({
      path: '/mine',
    });
    const wrong = await findBrowser(surroundings(present, { env: { BINNACLE_BROWSER: '/gone' } }));
    expect(wrong).toMatchObject({ path: null, reason: expect.stringContaining('/gone') });
  });
  test.each([
    ['linux', {}, '/usr/bin/google-chrome'],
    ['darwin', {}, '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
    ['win32', { PROGRAMFILES: 'C:\\Program Files' }, 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'],
  ] as const)('of %s is found in its usual place before Playwright’s own', async (platform, env, path) => {
    const found = await findBrowser(surroundings([path, '/cache/chromium/chrome'], { platform, env }));
    expect(found.path).toBe(path);
  });
  test('of Playwright comes before an installation', async () => {
    let installed = false;
    const install = () => {
      installed = true;
      return null;
    };
    const found = await findBrowser(surroundings(['/cache/chromium/chrome'], { install }));
    expect([found.path, installed]).toEqual(['/cache/chromium/chrome', false]);
  });
  test('is installed where that is possible', async () => {
    const present: string[] = [];
    const install = () => {
      present.push('/usr/bin/chromium');
      return null;
    };
    expect(await findBrowser(surroundings(present, { install }))).toMatchObject({ path: '/usr/bin/chromium' });
  });
  test('without windows is asked of Debian first, and the whole one where its release has no other', () => {
    const asked: string[] = [];
    const answers = (known: string) => (packages: readonly string[]) => {
      asked.push(...packages);
      return packages.includes(known) ? null : 'no such package';
    };
    expect(installDebianBrowser(answers('chromium'))).toBeNull();
    expect(asked).toEqual(['chromium-headless-shell', 'chromium']);
    expect(installDebianBrowser(answers('none'))).toBe('no such package');
  });
  test('that is missing is said plainly, with the way to get it and what was tried', async () => {
    const nothing = await findBrowser(surroundings([]));
    expect(nothing).toMatchObject({ path: null, reason: expect.stringContaining('apt-get install chromium') });
    const failed = await findBrowser(surroundings([], { install: () => 'no network' }));
    expect(failed).toMatchObject({ path: null, reason: expect.stringContaining('no network') });
  });
});
