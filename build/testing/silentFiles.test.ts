import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runTool, toolScript } from '../checks/processes.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'silent-'));

test.runIf(process.platform === 'linux')(
  'a file that goes round, or is never loaded, is ended and said where',
  async () => {
    try {
      const config = join(import.meta.dirname, 'silent', 'vitest.config.ts');
      const reporter = join(import.meta.dirname, 'silentFiles.ts');
      const env = { ...process.env, TMPDIR: folder, BINNACLE_TEST_SILENCE_MS: '5000' };
      const run = await runTool(
        toolScript(root, 'vitest', 'vitest'),
        ['run', '--config', config, '--root', root, '--reporter=default', `--reporter=${reporter}`],
        { cwd: root, env, capture: true },
      );
      expect(run.code).toBe(1);
      expect(run.output).toMatch(/silent\/loops\.ts says nothing for \d+ s/);
      expect(run.output).toMatch(/at goesRoundAndRound \S*silent\/loops\.ts:\d+/);
      expect(run.output).toMatch(/silent\/loadsForEver\.ts says nothing for \d+ s: being loaded/);
      expect(run.output).toMatch(/it waits for: .*Timeout/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
