import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const ipc = vi.hoisted(() => ({
  listeners: new Map<string, (event: object) => void>(),
  sent: [] as unknown[][],
}));
vi.mock('electron', () => ({
  ipcRenderer: {
    on: (channel: string, listener: (event: object) => void) => ipc.listeners.set(channel, listener),
    send: (...sent: unknown[]) => ipc.sent.push(sent),
  },
}));

const page = new Map<string, () => void>();
const posted: unknown[][] = [];
beforeEach(async () => {
  vi.stubGlobal('window', {
    location: { origin: 'app://binnacle' },
    addEventListener: (name: string, listener: () => void) => page.set(name, listener),
    postMessage: (...message: unknown[]) => posted.push(message),
  });
  await import('./preload.ts');
});
afterEach(() => vi.unstubAllGlobals());

test('asks for a port once the page listens, passes it to the page’s own origin alone, and exposes nothing', () => {
  const before = Object.keys(globalThis.window);
  expect(ipc.sent).toEqual([]);
  page.get('load')?.();
  expect(ipc.sent).toEqual([['binnacle:port']]);
  expect([...ipc.listeners.keys()]).toEqual(['binnacle:port']);
  const port = { name: 'port' };
  ipc.listeners.get('binnacle:port')?.({ ports: [port], sender: 'main', data: 'what main said' });
  expect(posted).toEqual([[{ type: 'binnacle:port' }, 'app://binnacle', [port]]]);
  expect(Object.keys(globalThis.window)).toEqual(before);
  expect([...page.keys()]).toEqual(['load']);
});
