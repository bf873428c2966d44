/** The layers and the style of the house as functions from sources to complaints. */
import { posix } from 'node:path';
import type { ParsedSource } from './sources.ts';

type Zone = 'domain' | 'contract' | 'db' | 'db/hosts' | 'server' | 'renderer' | 'electron' | 'cli' | 'build' | 'tests';

/** What each zone may import from the project. */
const MAY_IMPORT: Readonly<Record<Zone, readonly Zone[] | 'anything'>> = {
  domain: ['domain'],
  contract: ['contract', 'domain'],
  db: ['db', 'contract', 'domain'],
  'db/hosts': ['db/hosts', 'db', 'contract', 'domain'],
  server: ['server', 'contract', 'domain'],
  renderer: ['renderer', 'contract', 'domain'],
  electron: ['electron', 'db/hosts', 'contract', 'domain'],
  cli: 'anything',
  build: ['build'],
  tests: 'anything',
};

/** Packages allowed in zones that are pure; 'any' elsewhere, within PACKAGE_HOMES. */
const PACKAGES: Readonly<Partial<Record<Zone, readonly string[]>>> = { domain: [], contract: ['zod'] };

/** Zones without Node's modules. */
const NO_NODE: readonly Zone[] = ['domain', 'contract', 'renderer'];

/** Packages that belong to one part of the house. */
const PACKAGE_HOMES: Readonly<Record<string, readonly Zone[]>> = {
  electron: ['electron'],
  'electron-updater': ['electron'],
  'better-sqlite3-multiple-ciphers': ['db', 'db/hosts'],
  pg: ['server'],
  '@electric-sql/pglite': ['server'],
  fastify: ['server'],
  react: ['renderer'],
  'react-dom': ['renderer'],
  'ag-grid-community': ['renderer'],
  'ag-grid-react': ['renderer'],
  recharts: ['renderer'],
  commander: ['cli'],
};

export const MAX_LINES = 450;

export function zoneOf(path: string): Zone | null {
  if (path.startsWith('tests/') || /\.test\.tsx?$/.test(path) || path.includes('/testing/')) return 'tests';
  if (path.startsWith('db/hosts/')) return 'db/hosts';
  const top = path.split('/')[0] ?? '';
  return isZone(top) ? top : null;
}

function isZone(text: string): text is Zone {
  return Object.hasOwn(MAY_IMPORT, text);
}

/** One line per import that points the wrong way. */
export function layerViolations(source: ParsedSource): string[] {
  const zone = zoneOf(source.path);
  if (zone === null) return [`${source.path}: lies in no known folder`];
  return source.imports.flatMap((specifier) => {
    const complaint = complaintAbout(source.path, zone, specifier);
    return complaint === null ? [] : [`${source.path}: ${complaint}`];
  });
}

function complaintAbout(path: string, zone: Zone, specifier: string): string | null {
  if (specifier.startsWith('(computed)')) return zone === 'tests' ? null : `computed import ${specifier}`;
  const target = projectPath(path, specifier);
  if (target !== null) {
    const targetZone = zoneOf(target);
    if (targetZone === null) {
      const isAsset = !/\.tsx?$/.test(target) && target.startsWith(`${path.split('/')[0]}/`);
      return isAsset || zone === 'tests' ? null : `imports ${target}, outside the layers`;
    }
    const allowed = MAY_IMPORT[zone];
    if (allowed === 'anything') {
      return targetZone === 'tests' && zone !== 'tests' ? `${zone} imports the test code ${target}` : null;
    }
    return allowed.includes(targetZone) ? null : `${zone} imports ${targetZone} (${specifier})`;
  }
  if (zone === 'tests') return null;
  if (specifier.startsWith('node:')) return NO_NODE.includes(zone) ? `${zone} imports ${specifier}` : null;
  const name = packageName(specifier);
  const listed = PACKAGES[zone];
  if (listed !== undefined && !listed.includes(name)) return `${zone} imports the package ${name}`;
  const homes = PACKAGE_HOMES[name];
  return homes !== undefined && !homes.includes(zone) ? `${zone} imports ${name}, which belongs to ${homes[0]}` : null;
}

/**
 * One line per source of the page that brings zod with it, by the way it does: schemas are for those who check, and
 * the page would load all of them for one list of names.
 */
export function schemaViolations(sources: readonly ParsedSource[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  return sources.flatMap((source) => {
    if (zoneOf(source.path) !== 'renderer') return [];
    const seen = new Set<string>();
    const open: { readonly path: string; readonly way: readonly string[] }[] = [{ path: source.path, way: [] }];
    for (const { path, way } of open) {
      for (const specifier of byPath.get(path)?.valueImports ?? []) {
        const target = projectPath(path, specifier);
        if (target === null && packageName(specifier) === 'zod')
          return [`${source.path}: ${[...way, 'zod'].join(' → ')}`];
        // of a way through other parts of the page those complain themselves
        if (target === null || seen.has(target) || zoneOf(target) === 'renderer') continue;
        seen.add(target);
        open.push({ path: target, way: [...way, target] });
      }
    }
    return [];
  });
}

/** Path of a project file, or null for a package or a built-in module. */
function projectPath(path: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier);
  return specifier.startsWith('#') ? specifier.slice(1) : null;
}

function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

/** One line per breach of the house's style that neither the formatter nor the linter sees. */
export function styleViolations(source: ParsedSource): string[] {
  const found: string[] = [];
  const { path } = source;
  const lines = source.text.trimEnd().split('\n').length;
  if (lines > MAX_LINES) found.push(`${path}: ${lines} lines, more than ${MAX_LINES}`);
  if (zoneOf(path) === 'domain') {
    const impure = /\bDate\.now\(|\bnew Date\(\s*\)|\bMath\.random\(|\bperformance\.now\(/.exec(source.code);
    if (impure) found.push(`${path}: ${impure[0]}… in domain; clock and randomness are arguments`);
  }
  for (const comment of source.comments) {
    const directive = /@ts-(ignore|expect-error|nocheck)|(es|ox)lint-disable|biome-ignore/.exec(comment);
    if (directive) found.push(`${path}: suppresses a check (${directive[0]})`);
    const unfinished = /\b(TODO|FIXME|XXX|HACK)\b/.exec(comment);
    if (unfinished) found.push(`${path}: unfinished (${unfinished[0]})`);
  }
  const untyped = /\bas any\b|[:<|]\s*any\b(?=\s*[,;)=>\]|{[])/.exec(stringsBlanked(source.code));
  if (untyped) found.push(`${path}: the type any`);
  if (/(^|\/)(utils?|helpers|misc|common)(\/|\.tsx?$)/.test(path))
    found.push(`${path}: name it after its business word`);
  return found;
}

function stringsBlanked(code: string): string {
  return code.replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, "''");
}
