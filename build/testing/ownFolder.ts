/** Before every vitest file: its temporary folders, and its processes', lie in one folder that goes when it ends. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const around = process.env['TMPDIR'];
const own = mkdtempSync(join(tmpdir(), 'binnacle-'));
// PostgreSQL may run as another user than the tests: it passes through here
chmodSync(own, 0o711);
process.env['TMPDIR'] = own;

// the first to be asked for is the last to be done: whatever a file ends, it has ended
afterAll(() => {
  if (around === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = around;
  rmSync(own, { recursive: true, force: true, maxRetries: 3 });
});
