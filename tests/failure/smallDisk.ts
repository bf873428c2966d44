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

  /** No byte more than there are. */
  fill(): void {
    const { blocks, bfree, bsize } = statfsSync(this.dir);
    this.resize((blocks - bfree) * bsize);
  }

  makeRoom(megabytes: number): void {
    this.resize(megabytes * 1024 * 1024);
  }

  private resize(bytes: number): void {
    if (!run('mount', '-o', `remount,size=${bytes}`, this.dir)) throw new Error('the small disk cannot be resized');
  }

  unmount(): void {
    run('umount', '-l', this.dir);
    rmSync(this.dir, { recursive: true, force: true });
  }
}
