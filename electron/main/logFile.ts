/** What the shell and the data service have to say, in a file of bounded size that Help shows. Nothing secret is in it. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface LogFile {
  write(line: string): void;
}

const MAX_BYTES = 1_048_576;
const MAX_LINE = 2000;

export function createLogFile(folder: string, wallClock: () => number): LogFile {
  const file = join(folder, 'binnacle.log');
  return {
    write: (line) => {
      const text = `${new Date(wallClock()).toISOString()} ${withoutSecrets(line.slice(0, MAX_LINE))}\n`;
      try {
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
        if (sizeOf(file) + Buffer.byteLength(text) > MAX_BYTES) renameSync(file, `${file}.1`);
        appendFileSync(file, text, { mode: 0o600 });
      } catch {
        // a full disk must not end the shell
      }
    },
  };
}

/** No module writes keys or tokens; a stack of a library might. Long runs of hex or base64 are left out. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(/[0-9a-f]{32,}|[A-Za-z0-9+_-]{40,}={0,2}/gi, '[left out]');
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}
