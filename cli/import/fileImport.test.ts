import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAMT_02, IBAN } from '#domain/imports/bank/testing/files.ts';
import { templateCsv } from '#domain/imports/engine/template.ts';
import { importKind, KIND_NAMES, type KindName } from '#domain/imports/kinds/kinds.ts';
import { PGLITE, type TestEngine } from '#server/testing/engines.ts';
import { type FileImportOptions, importFile, printTemplate } from './fileImport.ts';
import { exportRefused, listRefused, retryRefused } from './fileQuarantine.ts';
import { run, startWorld, type Told, type World } from './testing/world.ts';

const template = (kind: string) => fileURLToPath(new URL(`../../resources/templates/${kind}.csv`, import.meta.url));
const NEW = {
  company: 'FRESH',
  companyName: 'Fresh Trading',
  currency: 'GBP',
  timeZone: 'Europe/London',
  makeMissing: true,
};

describe('binnacle import KIND', () => {
  let engine: TestEngine;
  let world: World;
  beforeAll(async () => {
    engine = await PGLITE.start();
    world = await startWorld(engine);
  });
  afterAll(async () => {
    await world?.close();
    await engine?.stop();
  });

  const importOf = async (kind: KindName, file: string, options: Partial<FileImportOptions> = {}): Promise<Told> => {
    const told = world.around();
    await importFile(
      {
        kind,
        file,
        source: 'files',
        company: 'HAL',
        companyName: undefined,
        currency: undefined,
        timeZone: undefined,
        map: undefined,
        mapOnly: false,
        dryRun: false,
        complete: false,
        makeMissing: false,
        yes: false,
        ...options,
      },
      told.surroundings,
    );
    return told;
  };
  const write = (name: string, content: string | Buffer): string => {
    const path = join(world.dir, name);
    writeFileSync(path, content);
    return path;
  };

  it.each(KIND_NAMES)('the template of %s is what --template prints', (kind) => {
    const { surroundings, text } = world.around();
    printTemplate(kind, surroundings.output);
    expect(`${text.join('\n')}\n`).toBe(readFileSync(template(kind), 'utf8'));
    expect(readFileSync(template(kind), 'utf8')).toBe(templateCsv(importKind(kind)));
  });

  it('every template goes into an empty company, ties out, and changes nothing the second time', async () => {
    const first = ['suppliers', 'customers', 'items'] as const;
    const trade = ['prices', 'purchases', 'shipments', 'stock'] as const;
    const ledger = ['accounts', 'journals', 'gl', 'rates', 'statements', 'invoices', 'payments'] as const;
    const terms = ['plan', 'rebates', 'fees', 'charges', 'freight', 'valuation', 'tasks', 'methods'] as const;
    const then = [...trade, ...ledger, ...terms, ...(['claims', 'claimcosts', 'credits', 'counts'] as const)];
    const all = async (expected: 'created' | 'unchanged', kinds: readonly KindName[]) => {
      for (const kind of kinds) {
        const done = (await importOf(kind, template(kind), NEW)).event('done');
        expect([kind, done['quarantined'], done[expected]]).toEqual([kind, 0, done['lines']]);
      }
    };
    await all('created', first);
    expect((await run(world, template('orders'), { company: 'FRESH' })).event('done')).toMatchObject({
      quarantined: 0,
    });
    await all('created', then);
    await all('unchanged', [...first, ...then]);
  });

  it('a bank’s own file needs no map, says what it leaves out, and goes in by the IBAN of the ledger’s account', async () => {
    const accounts = `code,name,kind,role,bank_account\nB-1,Bank,asset,bank,${IBAN}\n`;
    await importOf('accounts', write('accounts.csv', accounts));
    const told = await importOf('statements', write('october.txt', gzipSync(CAMT_02)), { yes: true });
    expect(told.event('bank_file')).toEqual({
      event: 'bank_file',
      format: 'CAMT.053',
      notes: [expect.stringContaining('1 entry of statement 17')],
    });
    expect(told.event('done')).toMatchObject({ lines: 7, created: 7, quarantined: 0 });
    await expect(importOf('items', write('october.xml', CAMT_02))).rejects.toThrow(
      'october.xml is a bank statement (CAMT.053). Bring it by "binnacle import statements".',
    );
    await expect(importOf('statements', write('cut.xml', CAMT_02.slice(0, 1500)))).rejects.toThrow(
      'cut.xml: The file ends within <',
    );
  });

  it('a dry run says what would happen and writes nothing', async () => {
    const file = write(
      'items.csv.gz',
      gzipSync('Artikelnummer;Bezeichnung;EK\nFA-1;Neue Schraube;0,25\nFA-99;Mutter;1,5\n;ohne Nummer;2\n'),
    );
    const before = await world.written();
    const told = await importOf('items', file, { dryRun: true });
    expect(told.event('map')).toMatchObject({
      map: { decimal_mark: ',', columns: { code: 'Artikelnummer', unit_cost: 'EK' } },
    });
    expect(told.event('changed')).toMatchObject({ line_number: 2, label: 'FA-1' });
    expect(told.event('created')).toMatchObject({ line_number: 3, label: 'FA-99' });
    expect(told.event('quarantined')).toEqual({
      event: 'quarantined',
      line_number: 4,
      label: '',
      reason: 'The item code is empty.',
    });
    expect(told.event('done')).toMatchObject({
      applied: false,
      lines: 3,
      created: 1,
      changed: 1,
      quarantined: 1,
      tie: [{ label: 'Unit cost', source: '3.75', imported: '1.75', quarantined: '2', unreadable: 0 }],
    });
    expect(await world.written()).toEqual(before);
    expect(await world.query(`select 1 from item where code = 'FA-99'`)).toEqual([]);
  });

  it('a mistake waits, is exported, corrected and taken in', async () => {
    const file = write(
      'terms.csv',
      'Kundennr,Name,Zahlungsziel,"Kreditlimit"\nK-1,"Braun, Söhne",30,1000\nK-2,Weber,dreißig,500\n',
    );
    expect((await importOf('customers', file)).event('done')).toMatchObject({
      created: 1,
      quarantined: 1,
      applied: true,
    });
    // nothing of it came in: a script must not take that for success
    const none = write('none.csv', 'code,name,payment terms days\nK-9,Koch,dreißig\n');
    await expect(importOf('customers', none, { dryRun: true })).rejects.toThrow('The one line is not taken in');
    const listed = world.around();
    await listRefused({ kind: 'customers', company: 'HAL' }, listed.surroundings);
    expect(listed.event('quarantined')).toMatchObject({
      line_number: 3,
      label: 'K-2',
      reason: 'The payment terms in days "dreißig" is not a number.',
      fields: { Kundennr: 'K-2', Zahlungsziel: 'dreißig' },
    });
    const out = join(world.dir, 'refused.csv');
    await exportRefused({ kind: 'customers', company: 'HAL', file: out }, world.around().surroundings);
    writeFileSync(out, readFileSync(out, 'utf8').replace(',dreißig,', ',30,'));
    const retried = world.around();
    await retryRefused({ kind: 'customers', company: 'HAL', file: out }, retried.surroundings);
    expect(retried.event('done')).toMatchObject({ created: 1, quarantined: 0 });
    expect(
      await world.query(
        `select code, name, payment_terms_days, credit_limit_minor from party where code like 'K-%' order by code`,
      ),
    ).toEqual([
      { code: 'K-1', name: 'Braun, Söhne', payment_terms_days: 30, credit_limit_minor: 100_000 },
      { code: 'K-2', name: 'Weber', payment_terms_days: 30, credit_limit_minor: 50_000 },
    ]);
    // the uncorrected file again: the correction stays
    expect((await importOf('customers', file)).event('done')).toMatchObject({
      unchanged: 1,
      quarantined: 1,
      settled_earlier: 1,
    });
    await expect(
      retryRefused({ kind: 'customers', company: 'HAL', file: out }, world.around().surroundings),
    ).rejects.toThrow('is not in quarantine any more');
  });

  it.each([
    ['code,name\n', 'holds a header but no line'],
    ['a,b\n1,2\n', 'has no header'],
    ['code,colour\n1,2\n', 'No column looks like the item name'],
    ['code,name,introduced on\nA,B,01/02/2026\n', 'could be day/month or month/day'],
    ['code,name,sku\nA,B,C\n', '"code" and "sku" could each be the item code'],
  ])('refuses %j before anything is written', async (content, message) => {
    const file = write('bad.csv', content);
    const before = await world.written();
    await expect(importOf('items', file)).rejects.toThrow(message);
    expect(await world.written()).toEqual(before);
  });
});
