/**
 * The command line as one program, for the hundreds of processes a run of the tests begins: from source each reads and resolves
 * over a thousand modules, which takes half of a short command's time. Everything else is as it is from source: what a module
 * reads beside itself it reads where its source lies. `npm start` and its own tests run from source.
 */
import { existsSync, symlinkSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'vite';
import { SHARED_FOLDER } from './runFolder.ts';

/** What is begun as a process or thread, by the name of its file. */
const PROGRAMS = {
  binnacle: 'cli/binnacle.ts',
  serverChild: 'cli/start/serverChild.ts',
  templateProcess: 'server/templateProcess.ts',
  child: 'db/exports/child.ts',
  worker: 'db/readers/worker.ts',
  loaderThread: 'db/sync/loaderThread.ts',
} as const;

/** They carry a binary of their own, or look for files beside themselves. */
const LEFT_WHERE_THEY_ARE = [
  'better-sqlite3-multiple-ciphers',
  /^@node-rs\/argon2/,
  /^@electric-sql\/pglite/,
  'vite',
  /^node:/,
  ...builtinModules,
];

/** The file to begin, in the folder of this run; null where the run made none. */
export function builtCommandLine(env: NodeJS.ProcessEnv = process.env): string | null {
  const shared = env[SHARED_FOLDER];
  if (shared === undefined) return null;
  const file = join(shared, 'commands', 'binnacle.js');
  return existsSync(file) ? file : null;
}

/** Builds it into the shared folder of a run; takes two seconds. */
export async function buildCommandLine(root: string, shared: string): Promise<void> {
  const outDir = join(shared, 'commands');
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins: [whereTheSourceLies(root, outDir)],
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      sourcemap: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(PROGRAMS).map(([name, path]) => [name, join(root, path)])),
        external: [...LEFT_WHERE_THEY_ARE],
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  symlinkSync(join(root, 'node_modules'), join(outDir, 'node_modules'), 'dir');
}

/** Addresses relative to a module are those of its source, but for programs that are built here too. */
function whereTheSourceLies(root: string, outDir: string): Plugin {
  const program = /(['"])(?:\.\/)?(\w+)\.ts\1/g;
  return {
    name: 'binnacle:where-the-source-lies',
    transform(code, id) {
      const path = id.split('?')[0] ?? id;
      if (!path.endsWith('.ts') || relative(root, path).startsWith('node_modules') || !code.includes('import.meta.'))
        return null;
      const here = dirname(path);
      const pointed = code.replace(program, (text, quote: string, name: string) => {
        const source = Object.entries(PROGRAMS).find(([known]) => known === name)?.[1];
        if (source === undefined || join(root, source) !== join(here, `${name}.ts`)) return text;
        return `${quote}${relative(here, join(outDir, `${name}.js`))}${quote}`;
      });
      return {
        code: pointed
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
          .replaceAll('import.meta.dirname', JSON.stringify(here)),
        map: null,
      };
    },
  };
}
