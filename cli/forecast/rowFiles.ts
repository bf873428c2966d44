/** Output files that appear whole or not at all: written beside their place, moved there at the end; gone when the command is stopped. */
import { rmSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { BinnacleError } from '#contract/errors.ts';

/** So many characters are written at once. */
const BLOCK = 64 * 1024;
const STOPPED_BY = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface OpenFile {
  readonly path: string;
  readonly partial: string;
  readonly handle: FileHandle;
  waiting: string;
}

export class RowFiles {
  private readonly files: OpenFile[] = [];
  /** Ends as whoever stopped it meant, with nothing half-written left. */
  private readonly onStop = (signal: NodeJS.Signals): void => {
    for (const { partial } of this.files) rmSync(partial, { force: true });
    this.unwatch();
    process.kill(process.pid, signal);
  };

  static async open(paths: readonly string[]): Promise<RowFiles> {
    const files = new RowFiles();
    for (const signal of STOPPED_BY) process.on(signal, files.onStop);
    for (const path of paths) {
      const partial = `${path}.${process.pid}.part`;
      try {
        files.files.push({ path, partial, handle: await open(partial, 'w'), waiting: '' });
      } catch (error) {
        await files.drop();
        throw unwritable(path, error);
      }
    }
    return files;
  }

  /** Adds a row to the file of that number. */
  async write(number: number, row: string): Promise<void> {
    const file = this.files[number];
    if (file === undefined) throw new RangeError(`there is no file ${number}`);
    file.waiting += `${row}\n`;
    if (file.waiting.length >= BLOCK) await flush(file);
  }

  /** Closes all and moves them to their places. */
  async keep(): Promise<void> {
    for (const file of this.files) await flush(file);
    for (const { handle, partial, path } of this.files.splice(0)) {
      try {
        await handle.close();
        await rename(partial, path);
      } catch (error) {
        rmSync(partial, { force: true });
        throw unwritable(path, error);
      }
    }
    this.unwatch();
  }

  /** Leaves nothing of what was not kept. */
  async drop(): Promise<void> {
    for (const { handle, partial } of this.files.splice(0)) {
      await handle.close();
      rmSync(partial, { force: true });
    }
    this.unwatch();
  }

  private unwatch(): void {
    for (const signal of STOPPED_BY) process.off(signal, this.onStop);
  }
}

async function flush(file: OpenFile): Promise<void> {
  try {
    await file.handle.writeFile(file.waiting);
  } catch (error) {
    throw unwritable(file.path, error);
  }
  file.waiting = '';
}

function unwritable(path: string, error: unknown): BinnacleError {
  return new BinnacleError(
    'bad_arguments',
    `Cannot write ${path}: ${error instanceof Error ? error.message : String(error)}.`,
  );
}

/** A number with as many digits as it knows. A forecast that is no number is a defect, and said rather than written. */
export function figure(value: number, id: string): string {
  if (!Number.isFinite(value)) throw new BinnacleError('internal', `The forecast of ${id} is no number.`);
  return String(Number(value.toPrecision(12)));
}
