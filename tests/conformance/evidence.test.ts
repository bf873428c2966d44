/** Files of evidence between two machines and the central server, each as it ships: attached without the server, seen, opened offline. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CloseEvidenceView } from '#contract/queries.ts';
import { EVIDENCE_PART_BYTES } from '#contract/wire/evidence.ts';
import type { ReplicaService } from '#db/service.ts';
import { codeOf, freshFolder, testService } from '#db/testing/testService.ts';
import { removeGrant } from '#server/auth/accounts.ts';
import { PGLITE } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

let running: TestServer;
let server_dies = false;
beforeAll(async () => {
  running = await startTestServer(await PGLITE.start(), {
    crashAt: (point) => {
      if (server_dies && point === 'server.push.before_commit') throw new Error('the server died here (test)');
    },
  });
}, 240_000);
afterAll(async () => await running?.close());
const opened: Machine[] = [];
afterEach(async () => {
  server_dies = false;
  for (const { service } of opened.splice(0)) await service.close();
});

interface Machine {
  readonly service: ReplicaService;
  readonly dataDir: string;
  /** Paths that get no answer. */
  cut: RegExp | null;
  /** The answer to these breaks off in its middle. */
  halved: RegExp | null;
  /** What was asked of the files, in order. */
  readonly asked: string[];
  /** Bytes of files that arrived. */
  bytes: number;
}
async function machine(user_name: string, dataDir = freshFolder()): Promise<Machine> {
  const asked: string[] = [];
  const made: Pick<Machine, 'cut' | 'halved' | 'bytes'> = { cut: null, halved: null, bytes: 0 };
  const service = testService({
    dataDir,
    serverUrl: running.server.url,
    fetch: async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      if (url.pathname.startsWith('/sync/evidence'))
        asked.push(`${init?.method} ${url.pathname.split('/').slice(5).join('/')}`);
      if (made.cut?.test(`${init?.method} ${url.pathname}`) === true) throw new TypeError('no way there (test)');
      const answer = await fetch(input, init);
      if (!/^\/sync\/evidence.*\/\d+$/.test(url.pathname) || init?.method !== 'GET' || !answer.ok) return answer;
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const half = made.halved?.test(url.pathname) === true;
      const came = half ? bytes.subarray(0, bytes.length / 2) : bytes;
      made.bytes += came.length;
      const body = new ReadableStream({
        start: (stream) => {
          stream.enqueue(came);
          if (half) stream.error(new TypeError('the way broke (test)'));
          else stream.close();
        },
      });
      return new Response(body, { status: answer.status, headers: answer.headers });
    },
  });
  await service.signIn({ user_name, password: 'demo' });
  await service.syncOnce();
  const all = Object.assign(made, { service, dataDir, asked });
  opened.push(all);
  return all;
}
const task_id = (): number => running.data.task.id;
const PIECE = 150_000;

async function keep({ service }: Machine, bytes: Buffer): Promise<string> {
  const upload = randomUUID();
  let sha256: string | null = null;
  for (let offset = 0; sha256 === null; offset += PIECE) {
    const piece = bytes.subarray(offset, offset + PIECE);
    const last = offset + PIECE >= bytes.length;
    const part = { upload, offset, base64: piece.toString('base64'), last };
    // asked again after its answer was lost
    const first = await service.call('keepEvidence', part);
    expect(await service.call('keepEvidence', part)).toEqual(first);
    ({ sha256 } = first);
  }
  expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  return sha256;
}
async function attach(at: Machine, bytes: Buffer): Promise<string> {
  const file = {
    sha256: await keep(at, bytes),
    name: 'bank.pdf',
    media_type: 'application/pdf',
    size_bytes: bytes.length,
  };
  return (await at.service.call('attachEvidence', { task_id: task_id(), item_ref: null, ...file })).id;
}
async function fileOf({ service }: Machine, id: string): Promise<CloseEvidenceView | undefined> {
  return (await service.call('closeEvidence', { task_id: task_id() })).files.find((file) => file.id === id);
}
async function read({ service }: Machine, evidence_id: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let offset: number | null = 0;
  while (offset !== null) {
    const part: { base64: string; next_offset: number | null } = await service.call('evidenceBytes', {
      evidence_id,
      offset,
    });
    parts.push(Buffer.from(part.base64, 'base64'));
    offset = part.next_offset;
  }
  return Buffer.concat(parts);
}
function filesIn({ dataDir }: Machine): readonly string[] {
  return readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .filter((name) => /evidence[/\\]/.test(name))
    .map((name) => path.join(dataDir, name));
}

test('attached without the server it waits sealed and opens; signed over, sent before what names it, seen elsewhere', async () => {
  const finance = await machine('finance');
  const controller = await machine('controller');
  const bytes = Buffer.concat([randomBytes(700_000), Buffer.from('PLAIN TEXT OF A STATEMENT')]);
  finance.cut = /./;
  const id = await attach(finance, bytes);
  expect(await fileOf(finance, id)).toMatchObject({ state: 'pending', here: true, name: 'bank.pdf' });
  expect((await read(finance, id)).equals(bytes)).toBe(true);
  const [sealed = expect.fail('no file')] = filesIn(finance);
  expect(readFileSync(sealed).includes('PLAIN TEXT')).toBe(false);
  expect(path.basename(sealed)).not.toContain(createHash('sha256').update(bytes).digest('hex'));
  // what is signed offline is the content with the file
  const { task } = await finance.service.call('closeTask', { task_id: task_id(), offset: 0, limit: 10 });
  const signed = { role: 'preparer' as const, content_hash: task.content_hash, amount_minor: task.amount_minor };
  await finance.service.call('signCloseTask', { task_id: task_id(), task_ver: task.ver, ...signed });
  await expect(finance.service.syncOnce()).rejects.toThrow();

  // the way breaks after the first part: the next time goes on with the second
  finance.cut = /PUT .*\/1$/;
  finance.asked.length = 0;
  await expect(finance.service.pushPending()).rejects.toThrow();
  expect(finance.asked).toEqual(['GET ', 'PUT 0', 'PUT 1']);
  finance.cut = null;
  finance.asked.length = 0;
  await finance.service.syncOnce();
  expect(finance.asked).toEqual(['GET ', 'PUT 1', 'POST finish']);
  expect(await fileOf(finance, id)).toMatchObject({ state: 'accepted' });

  await controller.service.syncOnce();
  expect(await fileOf(controller, id)).toMatchObject({ state: 'accepted', here: false, author: 'finance' });
  const seen = await controller.service.call('closeTask', { task_id: task_id(), offset: 0, limit: 10 });
  expect(seen.task).toMatchObject({ state: 'in_review', content_hash: task.content_hash });
  controller.cut = /./;
  expect(await codeOf(read(controller, id))).toBe('offline');
  controller.cut = null;
  expect((await read(controller, id)).equals(bytes)).toBe(true);
  controller.cut = /./;
  expect((await read(controller, id)).equals(bytes)).toBe(true);
  expect(await fileOf(controller, id)).toMatchObject({ here: true });

  // who opened it is told, once a person, month and day
  controller.cut = null;
  await controller.service.syncOnce();
  const looks = await running.server.database.db
    .selectFrom('audit_event')
    .select('user_name')
    .where('kind', '=', 'viewed')
    .where('about', 'like', '% evidence')
    .execute();
  expect(looks).toEqual([{ user_name: 'controller' }]);
  controller.cut = /./;

  // a file that the disk changed is no longer shown as what it was: it is brought again
  const [kept = expect.fail('no file')] = filesIn(controller);
  const damaged = readFileSync(kept);
  damaged[1000] = (damaged[1000] ?? 0) ^ 1;
  writeFileSync(kept, damaged);
  expect(await codeOf(read(controller, id))).toBe('offline');
  controller.cut = null;
  expect((await read(controller, id)).equals(bytes)).toBe(true);
});

test('a file whose way here is cut in its middle goes on with the part that was cut, also after the program ended', async () => {
  const finance = await machine('finance2');
  const [PART, size] = [EVIDENCE_PART_BYTES, 3 * EVIDENCE_PART_BYTES + 1000];
  const bytes = randomBytes(size);
  const id = await attach(finance, bytes);
  await finance.service.syncOnce();
  const dataDir = freshFolder();
  const first = await machine('controller', dataDir);
  const cutIn = async (at: Machine, part: number): Promise<void> => {
    Object.assign(at, { halved: new RegExp(`/${part}$`), bytes: 0 });
    at.asked.length = 0;
    expect(await codeOf(read(at, id))).toBe('offline');
    expect(await fileOf(at, id)).toMatchObject({ here: false });
  };
  await cutIn(first, 2);
  expect([first.asked, first.bytes]).toEqual([['GET 0', 'GET 1', 'GET 2'], 2.5 * PART]);
  await cutIn(first, 3);
  expect([first.asked, first.bytes]).toEqual([['GET 2', 'GET 3'], PART + 500]);
  const [part = expect.fail('no file')] = filesIn(first);
  expect(readFileSync(part).includes(bytes.subarray(0, 32))).toBe(false);
  await first.service.close();
  opened.splice(opened.indexOf(first), 1);

  // the disk changed the second part meanwhile: it comes again, and what is behind it
  const damaged = readFileSync(part);
  damaged[PART + 1000] = (damaged[PART + 1000] ?? 0) ^ 1;
  writeFileSync(part, damaged);
  const again = await machine('controller', dataDir);
  await cutIn(again, 2);
  expect([again.asked, again.bytes]).toEqual([['GET 1', 'GET 2'], 1.5 * PART]);
  Object.assign(again, { halved: null, bytes: 0 });
  again.asked.length = 0;
  expect((await read(again, id)).equals(bytes)).toBe(true);
  expect([again.asked, again.bytes]).toEqual([['GET 2', 'GET 3'], PART + 1000]);
  expect(filesIn(again).length).toBe(1);
});

test('a server that dies between the bytes and the change that names them loses neither', async () => {
  const finance = await machine('finance2');
  const id = await attach(finance, randomBytes(5000));
  server_dies = true;
  await finance.service.pushPending().catch(() => undefined);
  expect(await fileOf(finance, id)).toMatchObject({ state: 'pending', here: true });
  server_dies = false;
  finance.asked.length = 0;
  await finance.service.syncOnce();
  // it is whole already, so it is not sent again
  expect(finance.asked).toEqual(['GET ']);
  expect(await fileOf(finance, id)).toMatchObject({ state: 'accepted' });
});

test('a file that cannot be read here any more is said to be, and holds nothing up behind it', async () => {
  const finance = await machine('finance');
  finance.cut = /./;
  const id = await attach(finance, randomBytes(6000));
  for (const file of filesIn(finance)) writeFileSync(file, 'rubbish');
  finance.cut = null;
  const note = { task_id: task_id(), body: 'behind it', assigned_to: null, answers_id: null };
  const { id: behind } = await finance.service.call('addCloseNote', note);
  await finance.service.syncOnce();
  await finance.service.syncOnce();
  const outbox = await finance.service.call('outbox', { offset: 0, limit: 20 });
  expect(outbox.rows.find((row) => row.id === id)).toMatchObject({
    state: 'rejected',
    reason: { code: 'evidence_missing', message: expect.stringContaining('Attach it again') },
  });
  const { notes } = await finance.service.call('closeNotes', { task_id: task_id() });
  expect(notes.find((said) => said.id === behind)).toMatchObject({ state: 'accepted' });
});

test('nothing is attached whose bytes were never given, are none, or are too many', async () => {
  const finance = await machine('finance');
  const file = { sha256: 'a'.repeat(64), name: 'x.pdf', media_type: 'application/pdf', size_bytes: 3 };
  const asked = finance.service.call('attachEvidence', { task_id: task_id(), item_ref: null, ...file });
  expect(await codeOf(asked)).toBe('not_permitted');
  const part = { upload: randomUUID(), offset: 0, base64: '', last: true };
  expect(await codeOf(finance.service.call('keepEvidence', part))).toBe('bad_arguments');
  expect(await codeOf(finance.service.call('keepEvidence', { ...part, upload: randomUUID(), offset: 9 }))).toBe(
    'not_found',
  );
  expect(await codeOf(finance.service.call('evidenceBytes', { evidence_id: randomUUID(), offset: 0 }))).toBe(
    'not_found',
  );
  const auditor = await machine('auditor');
  expect(await codeOf(attach(auditor, randomBytes(9)))).toBe('not_permitted');
});

test('whoever may not see the books any more keeps none of their files', async () => {
  const controller = await machine('controller');
  const finance = await machine('finance2');
  const id = await attach(finance, randomBytes(7000));
  await finance.service.syncOnce();
  await controller.service.syncOnce();
  await read(controller, id);
  expect(filesIn(controller).length).toBe(1);
  const { db } = running.server.database;
  const { id: user_id } = await db
    .selectFrom('app_user')
    .select('id')
    .where('name', '=', 'controller')
    .executeTakeFirstOrThrow();
  const grant = await db
    .selectFrom('access_grant')
    .select('id')
    .where('user_id', '=', user_id)
    .executeTakeFirstOrThrow();
  const by = { name: 'admin', address: '127.0.0.1' };
  await removeGrant(db, 'controller', grant.id, () => running.time.now_ms, by);
  await controller.service.syncOnce();
  expect(filesIn(controller)).toEqual([]);
});
