/** What the compiler checks at once: folders that say the same to it read what they import once, and not each for itself. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TypeCheck {
  readonly folders: readonly string[];
  /** Path of the configuration. */
  readonly config: string;
}

const CONFIG = 'tsconfig.json';

/** Top-level folders that hold source, each with its own tsconfig. */
export function sourceFolders(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, CONFIG)))
    .map((entry) => entry.name)
    .toSorted();
}

/** One for each set of folders whose configurations are the same to the byte; in test-results, as far from the root as they are. */
export function typeChecks(root: string): readonly TypeCheck[] {
  const said = new Map<string, string[]>();
  for (const folder of sourceFolders(root)) {
    const text = readFileSync(join(root, folder, CONFIG), 'utf8');
    said.set(text, [...(said.get(text) ?? []), folder]);
  }
  return [...said].map(([text, folders]) => {
    if (folders.length === 1) return { folders, config: join(root, folders[0] ?? '', CONFIG) };
    const own: unknown = JSON.parse(text);
    if (!isWhole(own)) throw new Error(`${folders[0]}/${CONFIG} does not include all of its folder`);
    const place = join(root, 'test-results');
    mkdirSync(place, { recursive: true });
    const config = join(place, `${CONFIG.replace('.json', '')}.${folders.join('-')}.json`);
    writeFileSync(config, JSON.stringify({ ...own, include: folders.map((folder) => `../${folder}`) }));
    return { folders, config };
  });
}

function isWhole(config: unknown): config is object {
  if (typeof config !== 'object' || config === null || !('include' in config)) return false;
  return JSON.stringify(config.include) === '["."]' && !('exclude' in config) && !('files' in config);
}
