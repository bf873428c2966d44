/**
 * `npm run build`: makes dist/{renderer,main,preload,replica}.
 * `node build/bundle.ts --only renderer --out-dir D --quiet` makes one part elsewhere.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createBuilder } from 'vite';
import { ENVIRONMENTS, type EnvironmentName, PROJECT_ROOT, viteConfig } from './vite.config.ts';

export const PARTS = ['renderer', 'main', 'preload', 'replica'] as const;
export type Part = (typeof PARTS)[number];

export interface BundleOptions {
  /** Absolute folder; each part gets its own folder in it, emptied first. */
  readonly outDir: string;
  readonly parts: readonly Part[];
  readonly quiet: boolean;
}

/** Builds the parts one after the other; throws when one does not build. */
export async function bundle(options: BundleOptions): Promise<void> {
  // React's development build would be bundled otherwise.
  process.env['NODE_ENV'] = 'production';
  const builder = await createBuilder(
    { ...viteConfig({ outDir: options.outDir, logLevel: options.quiet ? 'error' : 'warn' }), configFile: false },
    null,
  );
  for (const name of ENVIRONMENTS) {
    if (!options.parts.includes(partOf(name))) continue;
    const environment = builder.environments[name];
    if (environment === undefined) throw new Error(`the build configuration has no environment ${name}`);
    const started = performance.now();
    await builder.build(environment);
    if (!options.quiet) console.log(`built ${partOf(name)} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
}

function partOf(name: EnvironmentName): Part {
  return name === 'client' ? 'renderer' : name;
}

function isPart(text: string): text is Part {
  return (PARTS as readonly string[]).includes(text);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      'out-dir': { type: 'string', default: join(PROJECT_ROOT, 'dist') },
      quiet: { type: 'boolean', default: false },
    },
  });
  const wanted = values.only === undefined ? [...PARTS] : values.only.split(',');
  const unknown = wanted.filter((name) => !isPart(name));
  if (unknown.length > 0) {
    console.error(`Unknown part: ${unknown.join(', ')}. Parts are ${PARTS.join(', ')}.`);
    process.exitCode = 2;
  } else {
    try {
      await bundle({ outDir: resolve(values['out-dir']), parts: wanted.filter(isPart), quiet: values.quiet });
    } catch (error) {
      // The bundler's message names file and line; a stack of its own inside says nothing more.
      console.error(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    }
  }
}
