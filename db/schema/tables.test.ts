import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { WIRE_TABLES, type WireColumn } from '#contract/wire/tables.ts';

const SOURCE = readFileSync(new URL('./tables.ts', import.meta.url), 'utf8');

/** Interface name → its body and what it extends. */
const INTERFACES = new Map(
  [...SOURCE.matchAll(/interface (\w+)(?: extends ([^{]+?))? \{([^}]*)\}/g)].map((match) => [
    match[1] ?? '',
    { parent: match[2] ?? '', body: match[3] ?? '' },
  ]),
);

function fieldsOf(name: string): [string, string][] {
  const body = INTERFACES.get(name)?.body ?? '';
  return [...body.matchAll(/readonly (\w+): ([^;]+);/g)].map((match) => [match[1] ?? '', match[2] ?? '']);
}

function restingType(column: WireColumn): string {
  const bare =
    column.type === 'text' || column.type === 'json' ? 'string' : column.type === 'boolean' ? '0 | 1' : 'number';
  return column.nullable ? `${bare} | null` : bare;
}

const interfaceName = (table: string): string =>
  `${table.replaceAll(/(^|_)(\w)/g, (_, __, letter: string) => letter.toUpperCase())}Table`;

describe('the readable schema', () => {
  test.each(WIRE_TABLES.map((table) => [table.name, table] as const))(
    '%s has the registry’s columns',
    (name, table) => {
      const id = table.idType === 'integer' ? 'number' : 'string';
      expect(INTERFACES.get(interfaceName(name))?.parent).toBe(`Row<${id}>`);
      expect(fieldsOf(interfaceName(name))).toEqual(table.columns.map((column) => [column.name, restingType(column)]));
    },
  );

  test('lists every table of the registry and the three views', () => {
    expect(fieldsOf('ReadSchema')).toEqual([
      ...WIRE_TABLES.map((table) => [table.name, interfaceName(table.name)]),
      ['v_item_note', 'ItemNoteWithState'],
      ['v_order_note', 'OrderNoteWithState'],
      ['v_signoff', 'SignoffWithState'],
    ]);
  });
});
