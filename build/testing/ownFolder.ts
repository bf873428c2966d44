/** Before every vitest file: its temporary folders, and its processes', lie in one folder that goes when it ends. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { WORKER_FILE } from '../checks/workerFile.ts';

const around = process.env['TMPDIR'];
const own = mkdtempSync(join(tmpdir(), 'binnacle-'));
// PostgreSQL may run as another user than the tests: it passes through here
chmodSync(own, 0o711);
process.env['TMPDIR'] = own;
// whom to ask when it says nothing any more
writeFileSync(join(own, WORKER_FILE), JSON.stringify({ pid: process.pid, file: expect.getState().testPath }));

// the first to be asked for is the last to be done: whatever a file ends, it has ended
afterAll(() => {
  if (around === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = around;
  rmSync(own, { recursive: true, force: true, maxRetries: 3 });
});
