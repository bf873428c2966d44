/** Tables and questions as Zero wants them, made of the description that the runner left beside this file. */
import { readFileSync } from 'node:fs';
import { boolean, createBuilder, createSchema, json, number, string, table } from '@rocicorp/zero';

/** [{ name, columns: [{ name, type }] }]: every column but `id` may be null. */
const tables = JSON.parse(readFileSync(new URL('tables.json', import.meta.url), 'utf8'));

const TYPES = { boolean, json, number, string };
const columnsOf = ({ columns }) =>
  Object.fromEntries(
    columns.map(({ name, type }) => {
      const column = TYPES[type]();
      return [name, name === 'id' ? column : column.optional()];
    }),
  );

export const schema = createSchema({
  tables: tables.map((each) => table(each.name).columns(columnsOf(each)).primaryKey('id')),
});
export const names = tables.map(({ name }) => name);
export const builder = createBuilder(schema);
