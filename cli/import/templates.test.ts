import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ordersTemplate } from '#domain/imports/orders/orderKind.ts';
import { guessOrderMap } from '#domain/imports/orders/guessMap.ts';
import { orderLineParser } from '#domain/imports/orders/orderLine.ts';
import { openOrderFile } from './file/orderFile.ts';
import { chooseMap, readMapFile } from './orderMapChoice.ts';

const template = (name: string) => fileURLToPath(new URL(`../../resources/templates/${name}`, import.meta.url));

describe('import templates', () => {
  it('orders.csv needs no map and uses every column', async () => {
    const file = await openOrderFile(template('orders.csv'));
    const { guess, map, sample } = await chooseMap(file, {});
    expect(guess.ambiguities).toEqual([]);
    expect(Object.values(map.columns).toSorted()).toEqual(file.header.toSorted());
    const lines = sample.map(orderLineParser(map, file.header, 'GBP'));
    expect(lines).toMatchObject([
      { ok: true, line: { kind: 'goods', gross_minor: 3700, discount_minor: 185, site: 'LEEDS' } },
      { ok: true, line: { kind: 'freight', gross_minor: 950 } },
    ]);
  });

  it('orders.csv is what the screen saves and --template prints', () => {
    expect(readFileSync(template('orders.csv'), 'utf8')).toBe(ordersTemplate());
  });

  it('the Odoo map fits its columns', () => {
    const given = readMapFile(template('odoo-sale-order-lines.map.json'));
    const header = Object.values(given.columns ?? {});
    const { map, problems, ambiguities } = guessOrderMap(header, [], given);
    expect([problems, ambiguities]).toEqual([[], []]);
    expect(map?.columns).toEqual(given.columns);
  });
});
