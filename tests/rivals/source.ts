/** The same rows twice in one PostgreSQL cluster: as our server keeps them, and as plain tables for a rival. */
import { spawnSync } from 'node:child_process';
import pg from 'pg';
import { WIRE_TABLES } from '#contract/wire/tables.ts';

export type PlainType = 'number' | 'string' | 'boolean' | 'json';

export interface PlainTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: PlainType }[];
}

/** Copies every synchronised table that has rows, with a primary key and nothing else. */
export async function copyPlain(from_url: string, to_url: string): Promise<readonly PlainTable[]> {
  const from = await connected(from_url);
  const to = await connected(to_url);
  const copied: PlainTable[] = [];
  try {
    for (const table of WIRE_TABLES) {
      const { rows: held } = await from.query(`select 1 from ${table.name} limit 1`);
      if (held.length === 0) continue;
      const names = ['id', ...table.columns.map((column) => column.name)];
      const { rows: types } = await from.query<{ name: string; type: string }>(
        `select a.attname as name,
           case t.typtype when 'd' then format_type(t.typbasetype, t.typtypmod)
             else format_type(a.atttypid, a.atttypmod) end as type
         from pg_attribute a join pg_type t on t.oid = a.atttypid
         where a.attrelid = $1::regclass and a.attname = any($2)`,
        [table.name, names],
      );
      const typeOf = new Map(types.map(({ name, type }) => [name, type]));
      const columns = names.map(
        (name) => `${name} ${typeOf.get(name) ?? 'text'}${name === 'id' ? ' primary key' : ''}`,
      );
      await to.query(`create table ${table.name} (${columns.join(', ')})`);
      pipe(from_url, to_url, table.name, names);
      copied.push({
        name: table.name,
        columns: names.map((name) => ({ name, type: plainType(typeOf.get(name) ?? '') })),
      });
    }
    await to.query('analyze');
  } finally {
    await from.end();
    await to.end();
  }
  return copied;
}

function plainType(postgres: string): PlainType {
  if (postgres === 'boolean') return 'boolean';
  if (postgres.startsWith('json')) return 'json';
  return postgres === 'text' || postgres === 'uuid' ? 'string' : 'number';
}

function pipe(from_url: string, to_url: string, table: string, names: readonly string[]): void {
  const columns = names.join(', ');
  const script = `psql -q "$FROM" -c "copy (select ${columns} from ${table}) to stdout" | psql -q "$TO" -c "copy ${table} (${columns}) from stdin"`;
  const done = spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    env: { ...process.env, FROM: from_url, TO: to_url },
  });
  if (done.status !== 0 || done.stderr !== '') throw new Error(`${table} could not be copied: ${done.stderr}`);
}

export interface Sizes {
  /** Bytes of the tables alone, with their keys. */
  readonly tables: number;
  /** Bytes of the whole database. */
  readonly all: number;
  readonly stock_balances: number;
}

export async function sizesOf(url: string, tables: readonly PlainTable[]): Promise<Sizes> {
  const client = await connected(url);
  try {
    const { rows } = await client.query<Record<keyof Sizes, string>>(
      `select (select sum(pg_total_relation_size(name::regclass)) from unnest($1::text[]) name) as tables,
         pg_database_size(current_database()) as all, ${tables.length === 0 ? '0' : '(select count(*) from stock_balance)'} as stock_balances`,
      [tables.map(({ name }) => name)],
    );
    const [found] = rows;
    return {
      tables: Number(found?.tables),
      all: Number(found?.all),
      stock_balances: Number(found?.stock_balances),
    };
  } finally {
    await client.end();
  }
}

/** So many stock balances get this quantity; answers when the transaction began, epoch milliseconds. */
export async function changeStock(url: string, count: number, value: number): Promise<number> {
  const client = await connected(url);
  try {
    const at_ms = Date.now();
    await client.query(
      'update stock_balance set on_hand_qty_milli = $2 where id in (select id from stock_balance order by id limit $1)',
      [count, value],
    );
    return at_ms;
  } finally {
    await client.end();
  }
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}
