/**
 * One configuration for every bundle: the renderer (browser code), and the Electron shell's main, preload and replica
 * processes. Running from source needs only the renderer; the shell's parts are for Electron.
 */
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type EnvironmentOptions, type Plugin, type UserConfig } from 'vite';

export const PROJECT_ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** `client` is Vite's name for the browser environment: our renderer. */
export const ENVIRONMENTS = ['client', 'main', 'preload', 'replica'] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

/** Left as imports: they come with Electron, or carry a native binary that cannot be bundled. */
const EXTERNAL: readonly (string | RegExp)[] = [
  'electron',
  'better-sqlite3-multiple-ciphers',
  'electron-updater',
  /^@node-rs\/argon2/,
  /^node:/,
  ...builtinModules,
];

/**
 * The replica's helper processes are started by `new URL('./worker.ts', import.meta.url)`. In the bundle every entry
 * lies beside the others as .js, so the address is rewritten to the entry of that name.
 */
function siblingEntries(entries: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'binnacle:sibling-entries',
    applyToEnvironment: (environment) => environment.name === 'replica',
    transform(code) {
      const pattern = /new URL\(\s*(['"])([^'"]+)\.ts\1\s*,\s*import\.meta\.url\s*,?\s*\)/g;
      if (!pattern.test(code)) return null;
      const rewritten = code.replace(pattern, (_match, _quote: string, path: string) => {
        const name = Object.keys(entries).find((entry) =>
          (entries[entry] ?? '').endsWith(`/${path.replace(/^[./]+/, '')}.ts`),
        );
        if (name === undefined)
          throw new Error(`${path}.ts is started by address but is no entry of the replica bundle`);
        return `new URL('./${name}.js', import.meta.url)`;
      });
      return { code: rewritten, map: null };
    },
  };
}

function nodeEnvironment(outDir: string, input: Record<string, string>, format: 'es' | 'cjs'): EnvironmentOptions {
  const extension = format === 'cjs' ? 'cjs' : 'js';
  return {
    consumer: 'server',
    keepProcessEnv: true,
    resolve: { noExternal: true, external: [] },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      sourcemap: true,
      copyPublicDir: false,
      rolldownOptions: {
        input,
        external: [...EXTERNAL],
        output: {
          format,
          entryFileNames: `[name].${extension}`,
          // Beside the entries, so that addresses relative to import.meta.url hold in every chunk.
          chunkFileNames: `[name]-[hash].${extension}`,
          codeSplitting: format === 'es',
        },
      },
    },
  };
}

export interface ViteOptions {
  /** Absolute folder that receives `renderer`, `main`, `preload` and `replica`. */
  readonly outDir: string;
  readonly logLevel: 'info' | 'warn' | 'error' | 'silent';
}

export function viteConfig(options: ViteOptions): UserConfig {
  const at = (path: string): string => join(PROJECT_ROOT, path);
  const replica = {
    utility: at('db/hosts/utility.ts'),
    worker: at('db/readers/worker.ts'),
    loaderThread: at('db/sync/loaderThread.ts'),
    child: at('db/exports/child.ts'),
  };
  return {
    root: at('renderer'),
    // Relative addresses: the same files are served over http://127.0.0.1 and app://.
    base: './',
    publicDir: false,
    logLevel: options.logLevel,
    clearScreen: false,
    plugins: [react(), siblingEntries(replica)],
    css: { modules: { localsConvention: 'camelCaseOnly' } },
    build: {
      outDir: join(options.outDir, 'renderer'),
      emptyOutDir: true,
      target: 'es2023',
      // The content security policy allows neither inline scripts nor data: fonts.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      sourcemap: false,
      chunkSizeWarningLimit: 2500,
      rolldownOptions: { input: at('renderer/index.html') },
    },
    environments: {
      main: nodeEnvironment(join(options.outDir, 'main'), { main: at('electron/main/main.ts') }, 'es'),
      preload: nodeEnvironment(join(options.outDir, 'preload'), { preload: at('electron/preload/preload.ts') }, 'cjs'),
      replica: nodeEnvironment(join(options.outDir, 'replica'), replica, 'es'),
    },
    builder: {},
  };
}

export default defineConfig(viteConfig({ outDir: join(PROJECT_ROOT, 'dist'), logLevel: 'info' }));
