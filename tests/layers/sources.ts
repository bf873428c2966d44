/** Reads the project's sources and what each imports, by a real parser: neither a comment nor a string is an import. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync } from 'vite';

export interface Source {
  /** Path from the project's root, with '/'. */
  readonly path: string;
  readonly text: string;
}

export interface ParsedSource extends Source {
  readonly imports: readonly string[];
  /** Those of them that still stand when types are gone. */
  readonly valueImports: readonly string[];
  /** The text with comments blanked, for rules on code. */
  readonly code: string;
  readonly comments: readonly string[];
}

const FOLDERS = ['domain', 'contract', 'db', 'server', 'cli', 'electron', 'renderer', 'build', 'tests'];

export function readSources(root: string): Source[] {
  return FOLDERS.flatMap((folder) => walk(root, folder));
}

function walk(root: string, folder: string): Source[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : walk(root, path);
    return /\.tsx?$/.test(entry.name) ? [{ path, text: readFileSync(join(root, path), 'utf8') }] : [];
  });
}

/** Static, type-only, re-exporting, dynamic imports, and files started by their address. Throws on a syntax error. */
export function parseSource(source: Source): ParsedSource {
  const parsed = parseSync(source.path, source.text);
  const [error] = parsed.errors;
  if (error !== undefined) throw new Error(`${source.path}: ${error.message}`);
  const imports: string[] = [];
  const valueImports: string[] = [];
  for (const { moduleRequest, entries } of parsed.module.staticImports) {
    imports.push(moduleRequest.value);
    if (entries.length === 0 || entries.some(({ isType }) => !isType)) valueImports.push(moduleRequest.value);
  }
  for (const statement of parsed.module.staticExports) {
    for (const { moduleRequest, isType } of statement.entries) {
      if (!moduleRequest) continue;
      imports.push(moduleRequest.value);
      if (!isType) valueImports.push(moduleRequest.value);
    }
  }
  let code = source.text;
  for (const { start, end } of parsed.comments) {
    code = code.slice(0, start) + code.slice(start, end).replaceAll(/[^\n]/g, ' ') + code.slice(end);
  }
  for (const { moduleRequest } of parsed.module.dynamicImports) {
    const name = unquoted(source, source.text.slice(moduleRequest.start, moduleRequest.end));
    imports.push(name);
    valueImports.push(name);
  }
  for (const match of code.matchAll(/new URL\(\s*(['"`])([^'"`]+\.tsx?)\1\s*,\s*import\.meta\.url/g)) {
    imports.push(match[2] ?? '');
  }
  // `import('…')` in a type position names a module too.
  for (const match of code.matchAll(/typeof import\(\s*(['"])([^'"]+)\1/g)) imports.push(match[2] ?? '');
  const comments = parsed.comments.map((comment) => comment.value);
  return { ...source, imports: [...new Set(imports)], valueImports: [...new Set(valueImports)], code, comments };
}

/** A computed import cannot be checked, so it is a violation by itself: the specifier then begins with '(computed)'. */
function unquoted(source: Source, text: string): string {
  const match = /^(['"`])([^'"`$]+)\1$/.exec(text);
  return match?.[2] ?? `(computed) in ${source.path}: ${text}`;
}
