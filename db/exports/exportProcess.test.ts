import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { knownReplicas } from '#db/keys/place.ts';
import type { ReplicaService } from '#db/service.ts';
import { type ScriptedServer, scriptedServer, smallDistributor } from '#db/testing/scriptedServer.ts';
import { codeOf, freshFolder, testService } from '#db/testing/testService.ts';

/** Of this very process, and alive. */
function childProcesses(): readonly number[] {
  const threads = readdirSync('/proc/self/task');
  const children = threads.flatMap((thread) => readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' '));
  return children.filter((pid) => pid !== '').map(Number);
}

describe.skipIf(process.platform !== 'linux')('an export in a process of its own', () => {
  const leaving: readonly (readonly [string, (left: ReplicaService, server: ScriptedServer) => Promise<unknown>])[] = [
    ['signs out', (left) => left.call('signOut', {})],
    ['closes the window', (left) => left.close()],
    [
      'makes room for the next person',
      (left, server) => {
        server.user_name = 'sales';
        server.role = 'sales';
        return left.signIn({ user_name: 'sales', password: 'right' });
      },
    ],
  ];
  test.each(leaving)('ends before the one who asked for it %s', async (_how, leave) => {
    const server = scriptedServer();
    smallDistributor(server);
    const dataDir = freshFolder();
    const service = testService({
      dataDir,
      serverUrl: server.url,
      fetch: (input, init) => server.fetch(input, init),
      exports: 'child',
    });
    await service.signIn({ user_name: 'planner', password: 'right' });
    await service.syncOnce();
    const others = childProcesses();
    const exported = codeOf(service.call('exportRows', { query: 'outbox', args: {} }));
    let begun: readonly number[] = [];
    while (begun.length === 0) {
      await after(1);
      begun = childProcesses().filter((pid) => !others.includes(pid));
    }
    // held where it is: it would be done before anybody could leave
    for (const pid of begun) process.kill(pid, 'SIGSTOP');
    try {
      await leave(service, server);
      expect(childProcesses().filter((pid) => begun.includes(pid))).toEqual([]);
      expect(await exported).toBe('cancelled');
    } finally {
      for (const pid of childProcesses().filter((each) => begun.includes(each))) process.kill(pid, 'SIGKILL');
    }
    const [planners] = knownReplicas(dataDir, 'planner');
    expect(existsSync(path.join(planners?.place.folder ?? '', 'keys.json'))).toBe(true);
    expect(existsSync(path.join(planners?.place.folder ?? '', 'exports'))).toBe(false);
    await service.close();
  });
});
