import { expect, test } from 'vitest';
import { HOST_ENVIRONMENT } from '#db/hosts/hostEnvironment.ts';
import { beginAsHost } from './beginAsHost.ts';

function begun(argv: readonly string[], env: NodeJS.ProcessEnv, changed: Partial<NodeJS.Process> = {}) {
  const again: { readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv }[] = [];
  const execve = (_file: string, args: readonly string[] = [], given: NodeJS.ProcessEnv = {}) => {
    again.push({ args, env: given });
    return undefined as never;
  };
  beginAsHost({
    platform: 'linux',
    execPath: '/node',
    execArgv: ['--x'],
    argv: ['/node', '/b.ts', ...argv],
    connected: false,
    execve,
    env,
    ...changed,
  });
  return again;
}

test('a host begins anew once, with its arguments and what a person has set', () => {
  const [again] = begun(['start', '--port', '1'], { HOME: '/h', MALLOC_ARENA_MAX: '8' });
  expect(again?.args).toEqual(['/node', '--x', '/b.ts', 'start', '--port', '1']);
  expect(again?.env).toEqual({ ...HOST_ENVIRONMENT, HOME: '/h', MALLOC_ARENA_MAX: '8' });
  expect(begun(['start'], again?.env ?? {})).toEqual([]);
});

test('other commands, other systems and forked processes go on as they are', () => {
  expect(begun(['query'], {})).toEqual([]);
  expect(begun(['start'], {}, { platform: 'darwin' })).toEqual([]);
  expect(begun(['start'], {}, { connected: true })).toEqual([]);
});
