import { describe, expect, test } from 'vitest';
import { canonicalImage } from './image.ts';
import { bodyText } from './mutation.ts';
import { DIMENSION_COLUMN, dimensionColumn, WIRE_TABLES } from './tables.ts';

describe('wire registry', () => {
  test('ids and names are unique, and every dimension has its column', () => {
    expect(new Set(WIRE_TABLES.map((table) => table.id)).size).toBe(WIRE_TABLES.length);
    expect(new Set(WIRE_TABLES.map((table) => table.name)).size).toBe(WIRE_TABLES.length);
    for (const table of WIRE_TABLES) {
      const names = table.columns.map((column) => column.name);
      expect(new Set(names).size, table.name).toBe(names.length);
      expect(names, table.name).not.toContain('ver');
      for (const dimension of table.dimensions) {
        const column = dimensionColumn(table, dimension);
        expect(column === 'id' || names.includes(column), `${table.name}.${column}`).toBe(true);
      }
      // a column that a grant may restrict must be part of the bucket key
      for (const [dimension, column] of Object.entries(DIMENSION_COLUMN)) {
        const restrictable = ['company', 'site', 'channel', 'client'].includes(dimension);
        if (restrictable && names.includes(column))
          expect(table.dimensions as readonly string[], table.name).toContain(dimension);
      }
    }
  });

  test('no cost or price of purchase lies in a table of the general area', () => {
    for (const table of WIRE_TABLES.filter((each) => each.area === 'general')) {
      for (const column of table.columns) expect(column.name, table.name).not.toMatch(/cost/);
      if (table.name.startsWith('po_')) for (const column of table.columns) expect(column.name).not.toMatch(/price/);
    }
  });
});

describe('row image', () => {
  test('is the text PostgreSQL prints', () => {
    expect(canonicalImage([1, 'a"b\\c', null, -5, 'é\u0001\n\t', ''])).toBe(
      '[1, "a\\"b\\\\c", null, -5, "é\\u0001\\n\\t", ""]',
    );
    expect(() => canonicalImage([2 ** 53])).toThrow('safe integer');
    expect(() => canonicalImage([1.5])).toThrow('safe integer');
  });
});

describe('mutation body', () => {
  test('does not depend on the order of keys', () => {
    expect(bodyText('addItemNote', { item_id: 1, body: 'x' })).toBe(bodyText('addItemNote', { body: 'x', item_id: 1 }));
    expect(bodyText('addItemNote', { item_id: 1, body: 'x' })).not.toBe(
      bodyText('addItemNote', { item_id: 2, body: 'x' }),
    );
    expect(bodyText('a', { list: [1, { b: 1, a: undefined }] })).toBe('a\n{"list":[1,{"b":1}]}');
  });
});
