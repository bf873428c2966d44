/** A disk of a few megabytes, so that a full one is the real thing. Only where this process may mount one. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync } from 'node:fs';

function run(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

export class SmallDisk {
  readonly dir: string;
  /** Of one that is mounted. */
  constructor(dir: string) {
    this.dir = dir;
  }

  /** undefined where nothing may be mounted. */
  static mount(dir: string, megabytes: number): SmallDisk | undefined {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
    mkdirSync(dir, { recursive: true });
    if (run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', dir)) return new SmallDisk(dir);
    rmSync(dir, { recursive: true });
    return undefined;
  }

  /** No byte more than there are, and so many. */
  fill(more_bytes = 0): void {
    // whoever writes meanwhile needs a page more than was just counted
    for (let tries = 1; ; tries++) {
      const { blocks, bfree, bsize } = statfsSync(this.dir);
      if (this.resized((blocks - bfree) * bsize + more_bytes)) return;
      if (tries === 50) throw new Error('the small disk is never at rest');
    }
  }

  makeRoom(megabytes: number): void {
    if (!this.resized(megabytes * 1024 * 1024)) throw new Error('the small disk cannot be resized');
  }

  private resized(bytes: number): boolean {
    return run('mount', '-o', `remount,size=${bytes}`, this.dir);
  }

  unmount(): void {
    run('umount', '-l', this.dir);
    rmSync(this.dir, { recursive: true, force: true });
  }
}
