/** Processes with the children they began: ended together, so that none writes into a folder that is being removed. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Kills each of these processes and all below them; resolves when none runs any more. Throws after 30 s. */
export async function endFamilies(roots: readonly number[]): Promise<void> {
  const pids = roots.flatMap(familyOf);
  for (const pid of pids) killIfThere(pid);
  for (let tries = 0; pids.some(isRunning); tries++) {
    if (tries >= 600) throw new Error(`still running after SIGKILL: ${pids.filter(isRunning).join(', ')}`);
    await pause(50);
  }
}

/** It and all below it. */
export function familyOf(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid).flatMap(familyOf)];
}

/** Empty when it has ended, and where there is no /proc. */
function childrenOf(pid: number): readonly number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const lists = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8'));
    return lists
      .flatMap((list) => list.trim().split(' '))
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** A zombie writes nothing: whoever took it over has only not asked for its end yet. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
