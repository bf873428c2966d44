import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import type { FileImportOutcome } from '#contract/wire/fileImports.ts';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

const INVOICE = 'kind,number,party,issued_on,posted_on,due_on,amount,currency,foreign_amount,order,delivery';
const PAYMENT = 'kind,number,party,paid_on,amount,invoice,currency,foreign_amount,exchange';

describe.each(ENGINES)('files of invoices and payments on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('with a preview', () => {
    let engine: TestEngine;
    let running: TestServer;
    let admin: FileClient;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
      admin = await fileClient(running.server.url, 'admin', running.time);
      await admin.import('customers', 'code,name\nC-1,Meyer\nC-2,Visser\n');
      await admin.import('suppliers', 'code,name\nS-1,Forge\n');
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });
    const rows = async <T>(text: string): Promise<T[]> =>
      (await sql.raw<T>(text).execute(running.server.database.db)).rows;
    const counts = ({ counts: { created, changed, unchanged, quarantined } }: FileImportOutcome) => ({
      created,
      changed,
      unchanged,
      quarantined,
    });
    const invoices = async (...lines: readonly string[]) =>
      await admin.import('invoices', `${INVOICE}\n${lines.join('\n')}\n`);
    const payments = async (...lines: readonly string[]) =>
      await admin.import('payments', `${PAYMENT}\n${lines.join('\n')}\n`);
    const reasons = ({ quarantined }: FileImportOutcome) => quarantined.map(({ reason }) => reason);
    const kept = async (number: string) =>
      await rows(`select p.number, i.number as invoice, p.paid_on::text, p.amount_minor, p.currency, p.foreign_minor, p.exchange_minor
        from payment p left join invoice i on i.id = p.invoice_id where p.number like '${number}' order by p.number, i.number`);

    test('invoices and credits of both sides come in once, each with its currency and what it hangs on', async () => {
      const file = [
        'customer,I-1,C-1,2026-10-05,2026-10-06,2026-11-04,1250.00,,,SO-0,DN-9',
        'customer,I-2,C-1,2026-10-07,,2026-11-06,100.00,usd,133.00,SO-NONE,',
        'customer,CN-1,C-1,2026-10-08,,2026-10-08,-20.00,EUR,-20.00,,',
        // yen have no smaller unit
        'supplier,B-1,S-1,2026-10-09,,2026-11-08,100.00,JPY,16000,,',
      ];
      const first = await invoices(...file);
      expect(counts(first)).toEqual({ created: 4, changed: 0, unchanged: 0, quarantined: 0 });
      expect(first.flagged.map(({ line_number, text }) => [line_number, text])).toEqual([
        [3, 'There is no order "SO-NONE" in this company; the invoice stands without it.'],
      ]);
      expect(first.tie).toMatchObject([{ label: 'Amount', source: '1430', imported: '1430' }]);
      expect(first.created.find(({ line_number }) => line_number === 5)?.fields).toContainEqual({
        column: 'amount_in_its_currency',
        before: null,
        after: 'JPY 16000',
      });
      expect(counts(await invoices(...file))).toEqual({ created: 0, changed: 0, unchanged: 4, quarantined: 0 });
      expect(
        await rows(`select i.kind, i.number, p.code, o.number as order, i.ref, i.month, i.posted_on::text, i.due_on::text,
            i.amount_minor, i.currency, i.foreign_minor
          from invoice i join party p on p.id = i.party_id left join sales_order o on o.id = i.order_id order by i.id`),
      ).toMatchObject([
        {
          kind: 'customer',
          number: 'I-1',
          code: 'C-1',
          order: 'SO-0',
          ref: 'DN-9',
          month: 202610,
          posted_on: '2026-10-06',
        },
        { number: 'I-2', posted_on: '2026-10-07', amount_minor: 10_000, currency: 'USD', foreign_minor: 13_300 },
        { number: 'CN-1', amount_minor: -2_000, currency: null, foreign_minor: null, order: null },
        { kind: 'supplier', code: 'S-1', amount_minor: 10_000, currency: 'JPY', foreign_minor: 16_000 },
      ]);
      const changed = await invoices('customer,I-1,C-1,2026-10-05,2026-10-06,2026-11-20,1260.00,,,,');
      expect(changed.changed[0]?.fields.map(({ column, after }) => [column, after]).toSorted()).toEqual([
        ['amount_minor', 126_000],
        ['due_on', '2026-11-20'],
        ['ref', null],
      ]);
    });

    test('what an invoice cannot be is said, line by line', async () => {
      expect(
        reasons(
          await invoices(
            'customer,I-9,C-9,2026-10-05,,2026-11-04,5,,,,',
            'supplier,I-9,C-1,2026-10-05,,2026-11-04,5,,,,',
            'customer,I-8,C-1,2026-10-05,,2026-11-04,5,EUR,6,,',
            'customer,I-8,C-1,2026-10-05,,2026-10-04,5,,,,',
            'customer,I-7,C-1,2026-10-05,,2026-11-04,5,USD,,,',
            'out_invoice,I-6,C-1,2026-10-05,,2026-11-04,5,,,,',
            'customer,I-6,C-1,2026-10-05,,2026-11-04,5,,,,',
          ),
        ),
      ).toEqual([
        'There is no customer "C-9" in this company.',
        'There is no supplier "C-1" in this company.',
        'The currency is EUR, which the company keeps its books in, but the amount in it is another than the amount.',
        'It is due before its date. Write the day it is to be paid by.',
        'It is made out in USD, but its amount in USD is missing. The amount is that in EUR.',
        'Line 7 is the same invoice; only one of them can be right.',
      ]);
    });

    test('what a payment wins or loses by the rate is reckoned of the whole invoice, unless the file says it', async () => {
      await invoices('customer,U-1,C-1,2026-10-05,,2026-11-04,250.00,USD,300.00,,');
      // a third each: 83.33, 83.34, 83.33 of the invoice
      const thirds = [
        'customer,T-3,C-1,2026-11-03,86.00,U-1,USD,100.00,',
        'customer,T-1,C-1,2026-11-01,80.00,U-1,USD,100.00,',
        'customer,T-2,C-1,2026-11-01,85.00,U-1,USD,100.00,',
      ];
      const first = await payments(...thirds);
      expect(counts(first)).toMatchObject({ created: 3, quarantined: 0 });
      expect(first.flagged).toEqual([]);
      const told = await kept('T-%');
      expect(told).toMatchObject([
        { number: 'T-1', invoice: 'U-1', exchange_minor: -333, foreign_minor: 10_000 },
        { number: 'T-2', exchange_minor: 166 },
        { number: 'T-3', exchange_minor: 267 },
      ]);
      for (const line of thirds) expect(counts(await payments(line))).toMatchObject({ unchanged: 1 });
      expect(counts(await payments(...thirds))).toMatchObject({ unchanged: 3 });
      expect(await kept('T-%')).toEqual(told);
      // one that comes to less: it settles less, by its own amount
      await payments('customer,T-3,C-1,2026-11-03,43.00,U-1,USD,50.00,');
      expect(await kept('T-3')).toMatchObject([{ amount_minor: 4_300, exchange_minor: 4_300 - (20_833 - 16_667) }]);
      // said by the file
      await payments('customer,T-3,C-1,2026-11-03,43.00,U-1,USD,50.00,1.50');
      expect(await kept('T-3')).toMatchObject([{ exchange_minor: 150 }]);
      expect(counts(await payments('customer,T-3,C-1,2026-11-03,43.00,U-1,USD,50.00,'))).toMatchObject({
        unchanged: 1,
      });
      const again = await invoices('customer,U-1,C-1,2026-10-05,,2026-11-04,240.00,USD,300.00,,');
      expect(reasons(again)).toEqual([
        'Payments of it are kept, made of its amounts in USD. Bring what changes as a credit or an invoice of its own.',
      ]);
    });

    test('a payment paid ahead is matched later, one of several invoices is one payment, and what is too much is pointed at', async () => {
      await invoices(
        'customer,M-1,C-2,2026-10-05,,2026-11-04,60.00,,,,',
        'customer,M-2,C-2,2026-10-05,,2026-11-04,40.00,,,,',
      );
      await payments('customer,P-1,C-2,2026-10-20,100.00,,,,');
      expect(await kept('P-1')).toMatchObject([{ invoice: null, amount_minor: 10_000 }]);
      const matched = ['customer,P-1,C-2,2026-10-20,60.00,M-1,,,', 'customer,P-1,C-2,2026-10-20,40.00,M-2,,,'];
      const outcome = await payments(...matched);
      expect(counts(outcome)).toMatchObject({ created: 1, changed: 1, quarantined: 0 });
      expect(outcome.changed[0]?.fields).toContainEqual({ column: 'invoice', before: null, after: 'M-1' });
      expect(await kept('P-1')).toMatchObject([
        { invoice: 'M-1', amount_minor: 6_000 },
        { invoice: 'M-2', amount_minor: 4_000 },
      ]);
      expect(counts(await payments(...matched))).toMatchObject({ unchanged: 2 });
      const over = await payments('customer,P-2,C-2,2026-10-21,12.50,M-2,,,');
      expect(over.flagged.map(({ text }) => text)).toEqual([
        'The invoice "M-2" is paid by EUR 12.50 more than it comes to. It is taken in, and stands as a credit on the invoice.',
      ]);
      // the file is the payment: it got shorter
      const shorter = await payments('customer,P-1,C-2,2026-10-20,60.00,M-1,,,');
      expect(counts(shorter)).toMatchObject({ changed: 1 });
      expect(shorter.changed[0]?.fields).toEqual([{ column: 'lines', before: 2, after: 1 }]);
      expect(await kept('P-1')).toHaveLength(1);
    });

    test('what a file with a line nobody can read does not name of a payment stays, and is not counted twice', async () => {
      await invoices(
        'customer,G-1,C-2,2026-10-05,,2026-11-04,60.00,,,,',
        'customer,G-2,C-2,2026-10-05,,2026-11-04,40.00,,,,',
      );
      const lines = ['customer,P-7,C-2,2026-10-20,60.00,G-1,,,', 'customer,P-7,C-2,2026-10-20,40.00,G-2,,,'];
      await payments(...lines);
      const here = await kept('P-7');
      const garbled = await payments(lines[0] ?? '', `${lines[1]},`);
      expect(reasons(garbled)).toEqual([
        'The payment "P-7" is here with lines this file does not name. Bring all of its lines again, in a file of which every line can be read.',
        'The line has 10 columns, the header has 9.',
      ]);
      expect(await kept('P-7')).toEqual(here);
      // put right alone, it would take the other's place
      const { quarantined } = await payments(
        'customer,P-8,C-2,2026-10-20,60.00,G-1,,,',
        'customer,P-8,C-2,2026-10-20,40.00,G-2,,,,',
      );
      expect(quarantined).toHaveLength(1);
      const retry = {
        kind: 'payments',
        company_code: 'HAL',
        new_company: null,
        source: 'files',
        file_name: 'quarantine',
      };
      const { body } = await admin.post<{ import_id: number }>('/imports/files', {
        ...retry,
        header: ['x'],
        map: null,
        mode: 'retry',
        complete: false,
        make_missing: false,
      });
      const [waits] = await rows<{ id: number }>('select max(id) as id from import_refused');
      const fields = ['customer', 'P-8', 'C-2', '2026-10-20', '40.00', 'G-2', '', '', ''];
      const line = { line_number: 1, refused_id: waits?.id, fields };
      await admin.post(`/imports/files/${body.import_id}/lines`, { block: 1, lines: [line] });
      const alone = await admin.preview(body.import_id);
      expect(alone.quarantined.map(({ reason }) => reason)).toEqual([
        expect.stringContaining('is here with lines this file does not name'),
      ]);
      expect(await kept('P-8')).toMatchObject([{ invoice: 'G-1', amount_minor: 6_000 }]);
      const whole = await payments(
        'customer,P-8,C-2,2026-10-20,60.00,G-1,,,',
        'customer,P-8,C-2,2026-10-20,40.00,G-2,,,',
      );
      expect(counts(whole)).toMatchObject({ created: 1, unchanged: 1, quarantined: 0 });
      expect(await kept('P-8')).toHaveLength(2);
    });

    test('what a payment cannot be is said, and the payment waits whole', async () => {
      await invoices(
        'customer,X-1,C-1,2026-10-05,,2026-11-04,10.00,,,,',
        'customer,X-2,C-1,2026-10-05,,2026-11-04,10.00,USD,13.00,,',
        'customer,X-3,C-1,2026-10-05,,2026-11-04,10.00,USD,0.01,,',
      );
      expect(
        reasons(
          await payments(
            'customer,Q-1,C-9,2026-10-20,5,,,,',
            'customer,Q-2,C-1,2026-10-20,5,NONE,,,',
            'customer,Q-2,C-1,2026-10-20,5,X-1,,,',
            'customer,Q-3,C-2,2026-10-20,5,X-1,,,',
            'customer,Q-4,C-1,2026-10-20,5,X-2,,,',
            'customer,Q-5,C-1,2026-10-20,5,X-1,USD,6,',
            'customer,Q-6,C-1,2026-10-20,1,X-3,USD,90000000000000,',
          ),
        ),
      ).toEqual([
        'There is no customer "C-9" in this company.',
        'There is no invoice "NONE" of the customer "C-1". Import it first, or leave the invoice empty: the payment then stands as paid ahead.',
        'Line 3 of this payment is refused, so the payment waits whole.',
        'The invoice "X-1" is of the customer "C-1", not of "C-2". Bring the payment for whose invoice it pays, or without an invoice.',
        'The invoice "X-2" is in USD, the payment in EUR. Bring what it pays of it in USD.',
        'The invoice "X-1" is in EUR, the payment in USD. Bring what it pays of it in EUR.',
        'The payment is out of all proportion to its invoice. Look at its amount in its currency.',
      ]);
      expect(await kept('Q-%')).toEqual([]);
    });

    test('into a locked month nothing is booked; what stands so comes again, is matched and due otherwise', async () => {
      const bill = 'customer,L-1,C-1,2026-09-05,,2026-10-04,10.00,,,,';
      await invoices(bill);
      const paid = 'customer,LP-1,C-1,2026-09-20,10.00,,,,';
      await payments(paid);
      const { company_id } = running.data;
      await running.server.database.db
        .updateTable('close_period')
        .set({ period: 202609, locked: '{"sales": null}' })
        .where('company_id', '=', company_id)
        .where('period', '=', 202610)
        .execute();
      const locked =
        'Sales of September 2026 is locked. Book it in an open month, or have it opened again under Close.';
      expect(counts(await invoices(bill))).toMatchObject({ unchanged: 1 });
      expect(counts(await invoices(bill.replace('2026-10-04', '2026-10-14')))).toMatchObject({ changed: 1 });
      // an order that came later is no reason for its invoice to wait, and none to book anew
      const hung = await invoices(bill.replace(',,,,', ',,,SO-0,'));
      expect([counts(hung).quarantined, hung.flagged.map(({ text }) => text)]).toEqual([
        0,
        ['Its month is locked: the order it hangs on stays as it was.'],
      ]);
      expect(reasons(await invoices(bill.replace('10.00', '11.00')))).toEqual([locked]);
      expect(reasons(await invoices(bill.replace('L-1', 'L-2')))).toEqual([locked]);
      expect(counts(await payments(paid.replace('10.00,', '10.00,L-1')))).toMatchObject({ changed: 1 });
      expect(reasons(await payments(paid.replace('10.00', '9.00')))).toEqual([locked]);
      expect(reasons(await payments(paid.replace('LP-1', 'LP-2')))).toEqual([locked]);
      // nothing of purchasing is locked
      expect(counts(await invoices('supplier,L-1,S-1,2026-09-05,,2026-10-04,10.00,,,,'))).toMatchObject({ created: 1 });
    });
  });
});
