/**
 * Every statement of every SQLite connection in this process passes here first: a process may die at any of them, and a
 * fault may be planted by changing one. A dead process runs no further statement; its files are copied as they lay at that
 * moment, as a killed process leaves them.
 */
import Database from 'better-sqlite3-multiple-ciphers';

export interface SqliteProcess {
  /** Called with the text before a statement runs and behind it; throws to die there. */
  statement(connection: Database.Database, sql: string, when: 'before' | 'behind'): void;
  opened(connection: Database.Database): void;
  /** The text that is prepared instead. */
  bend(sql: string): string;
}

const processes = new Map<string, SqliteProcess>();
let installed = false;
let paused = 0;

/** Statements on files below `folder` belong to that process. */
export function watch(folder: string, process: SqliteProcess): void {
  install();
  processes.set(folder, process);
}
export function unwatch(folder: string): void {
  processes.delete(folder);
}

/** The simulation's own reading is nobody's statement. */
export function unwatched<T>(run: () => T): T {
  paused += 1;
  try {
    return run();
  } finally {
    paused -= 1;
  }
}

function ownerOf(connection: Database.Database): SqliteProcess | undefined {
  if (paused > 0) return undefined;
  for (const [folder, process] of processes) if (connection.name.startsWith(folder)) return process;
  return undefined;
}

type Method = (this: Database.Statement, ...values: unknown[]) => unknown;

function install(): void {
  if (installed) return;
  installed = true;
  const sample = new Database(':memory:');
  const statements = Object.getPrototypeOf(sample.prepare('SELECT 1')) as Record<string, Method>;
  sample.close();
  for (const name of ['run', 'get', 'all', 'iterate']) {
    const original = statements[name];
    if (!original) throw new Error(`SQLite statements have no ${name}`);
    statements[name] = function (this: Database.Statement, ...values: unknown[]): unknown {
      const owner = ownerOf(this.database);
      owner?.statement(this.database, this.source, 'before');
      const result = original.apply(this, values);
      owner?.statement(this.database, this.source, 'behind');
      return result;
    };
  }
  const databases = Database.prototype as unknown as Record<
    string,
    (this: Database.Database, ...values: unknown[]) => unknown
  >;
  for (const name of ['prepare', 'exec']) {
    const original = databases[name];
    if (!original) throw new Error(`SQLite databases have no ${name}`);
    databases[name] = function (this: Database.Database, ...values: unknown[]): unknown {
      const owner = ownerOf(this);
      const [sql, ...rest] = values;
      if (!owner || typeof sql !== 'string') return original.apply(this, values);
      owner.opened(this);
      const text = owner.bend(sql);
      if (name === 'exec') owner.statement(this, text, 'before');
      const result = original.call(this, text, ...rest);
      if (name === 'exec') owner.statement(this, text, 'behind');
      return result;
    };
  }
}
