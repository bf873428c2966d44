/** The invariants, checked after every step on the files as they lie and on every byte that leaves the server. */
import type { PushOutcome } from '#contract/wire/protocol.ts';
import { wireTable, wireTableById } from '#contract/wire/tables.ts';
import type { NodeAnswer } from './appNode.ts';
import type { Fault } from './faults.ts';
import type { All, Machine } from './machine.ts';
import { faultOfLog } from './logCheck.ts';
import type { Exchange } from './network.ts';
import { SessionChecks } from './sessionChecks.ts';
import type { SharedDatabase } from './sharedDatabase.ts';
import { mayReadText, maySee, readTruth, type Truth, type TrueRow } from './truth.ts';
import { HALF_SAID_SQL, UNDER_WAY_SQL } from './transferChecks.ts';
import { TRUTH, TRUTH_NAMES } from './truthTables.ts';
import { type Foretold, ruleChangesInEffect, WORK_TABLES, wrongWork } from './workChecks.ts';
import { ALL_QTY_MILLI, type Grant, SITES } from './world.ts';

export class Violation extends Error {}

interface Moment {
  readonly number: number;
  readonly epoch: string;
  readonly truth: Truth;
}
/** [id, state, effects, discarded] */
type OutboxLine = readonly [id: string, state: string, effects: number, discarded: number];

const AREA_OF_TAG = { g: 'general', c: 'cost', f: 'finance' } as const;
const TAGS = /~([gcf])\.(\d+)\.(\d+)\.(\d+)~/g;
const COSTS = /(?<=[[,:])77(\d\d)\d{6}(?=[,\]}])/g;
const placeKey = (place: readonly (string | number)[]): string => place.join('|');

export class Checks {
  private readonly shared: SharedDatabase;
  private readonly moments = new Map<string, Moment>();
  private readonly indexes = new WeakMap<object, ReadonlyMap<string, readonly (readonly [string, string])[]>>();
  private readonly seen = new Map<string, ReturnType<Machine['version']>>();
  private readonly ran = new Map<string, number>();
  private readonly allowed = new Map<number, Set<Grant>>();
  private readonly decided = new Map<string, string>();
  /** Told what was seen to happen on the wire. */
  readonly hit: (fault: Fault) => void;
  latest: Moment | undefined;
  /** Who holds which grants now, as the simulation gave them. */
  readonly grants: Map<string, readonly Grant[]>;
  /** First thing found wrong. */
  violation: Violation | undefined;
  /** Per machine and person: the ids a call has promised to keep. */
  readonly promised = new Map<string, Set<string>>();
  /** What each of them said it would do. */
  readonly foretold = new Map<string, Foretold>();
  /** Signatures made while the signer’s own words on the task were on their way. */
  readonly over_words = new Set<string>();
  /** Copies that lost the end of their log: outcomes may be gone until they are back at this checkpoint. */
  readonly regressed = new Map<string, number>();
  /** Refused before the server was restored, and forgotten there: whoever asked has its words, and asks again or does not. */
  readonly forgotten = new Set<string>();
  private readonly before_restore = new Set<string>();
  looked = 0;
  private effective = 0;
  private newest_bucket = 0;
  private readonly buckets = new Map<number, { readonly table: string; readonly place: TrueRow['place'] }>();
  readonly sessions = new SessionChecks((message) => this.fail(message));

  constructor(shared: SharedDatabase, grants: Map<string, readonly Grant[]>, hit: (fault: Fault) => void) {
    this.shared = shared;
    this.hit = hit;
    this.grants = grants;
  }

  fail(message: string): void {
    this.violation ??= new Violation(message);
  }

  /** Behind every commit: is there a new checkpoint, and what does the server hold at it? */
  async committed(statement = ''): Promise<void> {
    await this.newMoment();
    if (!statement.startsWith('delete from sync_log')) return;
    const fault = await faultOfLog(this.shared.pglite, (id) => this.moments.get(id)?.truth);
    if (fault !== undefined) this.fail(fault);
  }

  private async newMoment(): Promise<void> {
    const { rows } = await this.shared.pglite.query<{ number: number; id: string; epoch: string }>(
      'select c.number, c.id, e.epoch from sync_cp c, sync_epoch e',
    );
    const at = rows[0];
    if (!at || this.moments.has(at.id)) return;
    const buckets = await this.shared.pglite.query<readonly [number, number, number, number, number, number, string]>(
      'select id, tbl, company, site, channel, month, client from sync_bucket where id > $1 order by id',
      [this.newest_bucket],
      { rowMode: 'array' },
    );
    for (const [bucket, tbl, ...place] of buckets.rows) {
      this.buckets.set(bucket, { table: wireTableById(tbl)?.name ?? '', place });
      this.newest_bucket = bucket;
    }
    const before = this.latest?.truth;
    const truth = await readTruth(this.shared.pglite, before);
    this.latest = { number: at.number, epoch: at.epoch, truth };
    this.moments.set(at.id, this.latest);
    const effective = ruleChangesInEffect(truth);
    if (effective > this.effective) this.hit('rules taking effect');
    this.effective = effective;
    const wrong = wrongWork(truth, before);
    if (wrong !== undefined) this.fail(wrong);
  }

  /** The server is as it once was: what it decided since and whom it trusted since is forgotten. */
  async restored(): Promise<void> {
    this.decided.clear();
    for (const ids of this.promised.values()) for (const id of ids) this.before_restore.add(id);
    this.newest_bucket = 0;
    await this.sessions.restored(this.shared.pglite);
    const { rows } = await this.shared.pglite.query<Grant & { name: string }>(
      `select u.name, g.role, g.company_id as company, g.site_id as site, g.channel_id as channel
       from app_user u left join access_grant g on g.user_id = u.id`,
    );
    for (const [name, grants] of Map.groupBy(rows, (row) => row.name)) {
      this.granted(
        name,
        grants
          .filter(({ role }) => role !== null)
          .map(({ role, company, site, channel }) => ({ role, company, site, channel })),
      );
    }
    await this.committed();
  }

  /** The end of its log may be lost: until it is back where it was, outcomes may be missing that were there. */
  losesItsLog(machine: Machine): void {
    const number = machine.look(
      (all) => all<[number | null]>('SELECT checkpoint_number FROM main.replica_meta')[0]?.[0],
    );
    if (typeof number === 'number') this.regressed.set(`${machine.name}/${machine.user_name}`, number);
  }

  asked(exchange: Exchange): void {
    const grants = this.allowed.get(exchange.number) ?? new Set();
    for (const grant of this.grants.get(exchange.user) ?? []) grants.add(grant);
    this.allowed.set(exchange.number, grants);
    this.sessions.arrives(exchange);
    if (exchange.request.path === '/sync/push') this.ownWorkAlone(exchange);
  }

  /** What is sent under somebody's name is theirs. */
  private ownWorkAlone({ client, request, number }: Exchange): void {
    const sender = this.sessions.holderOf({ request })?.user;
    const { mutations } = JSON.parse(String(request.body ?? '{}')) as { mutations: readonly { id: string }[] };
    for (const [key, ids] of this.promised) {
      const [machine, person] = key.split('/');
      if (machine !== client || person === sender) continue;
      for (const { id } of mutations) {
        if (ids.has(id)) this.fail(`${client} sent the mutation ${id} of ${person} as ${sender} (#${number})`);
      }
    }
  }

  granted(user_name: string, grants: readonly Grant[]): void {
    this.grants.set(user_name, grants);
    // whoever is asking right now may be answered by the grants before or behind the change
    for (const set of this.allowed.values()) for (const grant of grants) set.add(grant);
  }

  /** Every byte of every answer, before the network touches it. */
  answered(exchange: Exchange, answer: NodeAnswer): void {
    this.sessions.answered(exchange, answer);
    const grants = [...(this.allowed.get(exchange.number) ?? [])];
    const text = answer.body.toString('utf8');
    for (const [, area, company, site, channel] of text.matchAll(TAGS)) {
      const name = AREA_OF_TAG[area as keyof typeof AREA_OF_TAG];
      if (!mayReadText(grants, name, Number(company), Number(site), Number(channel))) {
        this.fail(
          `${exchange.user} was sent a ${name} text of site ${site} and channel ${channel} by ${exchange.request.path}`,
        );
      }
    }
    for (const [number, site] of text.matchAll(COSTS)) {
      if (!mayReadText(grants, 'cost', 1, Number(site), 0)) {
        this.fail(`${exchange.user} was sent the cost ${number} by ${exchange.request.path}`);
      }
    }
    const { path, body } = exchange.request;
    if (path.startsWith('/sync/live')) this.told(exchange, text, grants);
    if (path === '/sync/push' && answer.status === 200) this.outcomes(text);
    if (answer.status === 401 && text.includes('token_expired')) this.hit('access token expired');
    if (answer.status === 401 && text.includes('not_signed_in')) this.hit('session ended');
    if (path === '/sync/delta' && text.slice(0, text.indexOf('\n')).includes('"reload":['))
      this.hit('checkpoint too large');
    if (path === '/sync/open' && answer.status === 200) {
      const asked = JSON.parse(String(body ?? '{}')) as { epoch: string | null };
      const told = JSON.parse(text) as { epoch: string; plan: string };
      if (told.plan === 'reset' && told.epoch === asked.epoch) this.hit('reset for a cursor too old');
    }
  }

  /** A live stream names buckets: none but those its person may see. */
  private told(exchange: Exchange, text: string, grants: readonly Grant[]): void {
    const client_id = new URL(exchange.request.path, 'http://simulation').searchParams.get('client_id') ?? undefined;
    for (const [, event] of text.matchAll(/^data: (.*)$/gm)) {
      for (const id of (JSON.parse(event ?? '') as { buckets: readonly number[] }).buckets) {
        const bucket = this.buckets.get(id);
        if (bucket && !maySee(grants, bucket.table, bucket.place, client_id)) {
          this.fail(`${exchange.user} was told of a change in ${bucket.table} ${placeKey(bucket.place)}`);
        }
      }
    }
  }

  private outcomes(text: string): void {
    const { outcomes } = JSON.parse(text) as { outcomes: readonly PushOutcome[] };
    for (const { id, state, reason } of outcomes) {
      const before = this.decided.get(id) ?? state;
      if (before !== state) this.fail(`mutation ${id} was answered ${before}, then ${state}`);
      if (state !== 'accepted' && !reason?.message) this.fail(`mutation ${id} is ${state} and nobody is told why`);
      const command = this.foretold.get(id)?.command;
      if (!this.decided.has(id) && command) {
        if (state === 'accepted') this.hit(command);
        if (state === 'accepted' && this.over_words.has(id)) this.hit('signed over own words on their way');
        if (refusedSameContent(reason, this.foretold.get(id))) {
          this.fail(`sign-off ${id} was refused as changed on the content it was made on`);
        }
        if (state === 'conflict')
          this.hit(command === 'signCloseTask' ? 'sign-off conflict' : 'decided by another first');
        if (reason?.code === 'not_permitted' || reason?.code === 'not_found') this.hit('right lost on the way');
      }
      this.decided.set(id, state);
    }
  }

  /** Everything that can be said of one machine's files now. Cheap when nobody wrote to them. */
  machine(machine: Machine): void {
    if (this.ran.get(machine.name) === machine.ran) return;
    this.ran.set(machine.name, machine.ran);
    const version = machine.version();
    const seen = this.seen.get(machine.name);
    if (seen?.replica === version.replica && seen.work === version.work) return;
    this.seen.set(machine.name, version);
    this.looked += 1;
    machine.look((all) => {
      if (seen?.replica !== version.replica && !machine.damaged) this.copy(machine, all);
      this.outbox(machine, all);
    });
  }

  private copy(machine: Machine, all: All): void {
    const [meta] = all<[string | null, number | null, string | null]>(
      'SELECT epoch, checkpoint_number, checkpoint_id FROM main.replica_meta',
    );
    const buckets = all<[number, number, number, number, number, number, string, string, number]>(
      'SELECT id, tbl, company, site, channel, month, client, state, rows FROM main.bucket',
    );
    const complete = buckets.filter((bucket) => bucket[7] === 'complete');
    const [epoch, number, id] = meta ?? [null, null, null];
    const who = `${machine.name} (${machine.user_name})`;
    if (id === null) {
      if (complete.length > 0) this.fail(`${who} has complete buckets and no checkpoint`);
      return;
    }
    const moment = this.moments.get(id);
    if (!moment || moment.number !== number || moment.epoch !== epoch) {
      this.fail(`${who} stands at checkpoint ${number} that the server never made so`);
      return;
    }
    for (const table of TRUTH_NAMES) {
      const own = complete.filter((bucket) => wireTableById(bucket[1])?.name === table);
      if (own.length > 0) this.table(who, number ?? 0, table, own, moment.truth, all);
    }
    this.ledger(who, complete, all);
  }

  private table(
    who: string,
    checkpoint: number,
    table: string,
    buckets: readonly (readonly (string | number)[])[],
    truth: Truth,
    all: All,
  ): void {
    const columns = Object.keys(TRUTH[table]?.values ?? {});
    const held = Map.groupBy(
      all<[string | number, number, ...unknown[]]>(`SELECT id, bucket, ver, ${columns.join(', ')} FROM main.${table}`),
      (row) => row[1],
    );
    const index = this.indexOf(truth.get(table) ?? new Map());
    for (const [id, , company, site, channel, month, client, , rows] of buckets) {
      const place = placeKey([company ?? 0, site ?? 0, channel ?? 0, month ?? 0, client ?? '']);
      const expected = new Map(index.get(place));
      const found = held.get(Number(id)) ?? [];
      const name = `${who}: bucket ${id} of ${table} (${place}) at checkpoint ${checkpoint}`;
      if (rows !== found.length) this.fail(`${name} says ${rows} rows and has ${found.length}`);
      for (const [key, , ...values] of found) {
        const text = expected.get(String(key));
        if (text === undefined) this.fail(`${name} holds row ${key}, which was not there then`);
        else if (text !== JSON.stringify(values)) {
          this.fail(`${name} holds ${JSON.stringify(values)} as row ${key}, it was ${text}`);
        }
        expected.delete(String(key));
      }
      for (const key of expected.keys()) this.fail(`${name} lacks row ${key}`);
    }
  }

  private indexOf(rows: ReadonlyMap<string, TrueRow>): ReadonlyMap<string, readonly (readonly [string, string])[]> {
    const known = this.indexes.get(rows);
    if (known) return known;
    const index = new Map<string, (readonly [string, string])[]>();
    for (const [key, row] of rows) {
      const place = placeKey(row.place);
      const list = index.get(place) ?? [];
      list.push([key, row.text]);
      index.set(place, list);
    }
    this.indexes.set(rows, index);
    return index;
  }

  /** A half transaction shows: what one site gives the other gets, or it is under way. */
  private ledger(who: string, complete: readonly (readonly (string | number)[])[], all: All): void {
    const bucketsOf = (name: string) => complete.filter((bucket) => wireTableById(Number(bucket[1]))?.name === name);
    const sites = bucketsOf('stock_balance');
    const holdsBoth = (held: typeof sites) => SITES.every((site) => held.some((bucket) => bucket[3] === site));
    if (!holdsBoth(sites) || !holdsBoth(bucketsOf('transfer_event'))) return;
    const [half] = all<[string, string]>(HALF_SAID_SQL);
    if (half) this.fail(`${who}: transfer ${half[0]} was ${half[1]} at one of its sites alone`);
    const underWay = Number(all<[number]>(UNDER_WAY_SQL)[0]?.[0]);
    const [sum] = all<[number]>(
      `SELECT sum(on_hand_qty_milli) FROM main.stock_balance WHERE bucket IN (${sites.map(([id]) => id).join(', ')})`,
    );
    const total = Number(sum?.[0]) + underWay;
    if (total !== ALL_QTY_MILLI)
      this.fail(`${who}: the ledger adds up to ${total}, ${underWay} of it under way, not ${ALL_QTY_MILLI}`);
  }

  private outbox(machine: Machine, all: All): void {
    const who = `${machine.name} (${machine.user_name})`;
    const lines = new Map(
      all<OutboxLine>(
        `SELECT id, state, json_array_length(effects_json), discarded_at_ms IS NOT NULL FROM work.outbox`,
      ).map((line) => [line[0], line]),
    );
    for (const id of this.promised.get(`${machine.name}/${machine.user_name}`) ?? []) {
      if (!lines.has(id)) this.fail(`${who}: mutation ${id} was promised and is gone from the outbox`);
    }
    const outcomes = new Map(all<[string, string]>('SELECT id, state FROM main.mutation_outcome'));
    const overlays = new Map(
      all<[string, number]>('SELECT mutation_id, count(*) FROM work.overlay GROUP BY mutation_id'),
    );
    const [[own_bucket] = []] = all<[number]>(
      `SELECT count(*) FROM main.bucket WHERE state = 'complete' AND client = (SELECT client_id FROM work.work_meta)`,
    );
    const behind = this.isRegressed(machine, all);
    for (const [id, state, effects, discarded] of lines.values()) {
      if (discarded === 1) continue;
      const outcome = outcomes.get(id);
      if (state === 'pending' || state === 'sent') {
        if (outcome === undefined && (overlays.get(id) ?? 0) !== effects) {
          this.fail(`${who}: mutation ${id} is ${state} and its prediction is gone before its outcome came`);
        }
      } else if (outcome === undefined) {
        if (own_bucket !== 1 || behind) continue;
        if (state !== 'accepted' && this.before_restore.has(id)) this.forgotten.add(id);
        else this.fail(`${who}: mutation ${id} is ${state} and its outcome is not in the copy`);
      } else if (outcome !== state) this.fail(`${who}: mutation ${id} is ${state}, its outcome says ${outcome}`);
    }
    for (const table of WORK_TABLES) {
      for (const [id] of all<[string]>(`SELECT id FROM v_${table} GROUP BY id HAVING count(*) > 1`)) {
        this.fail(`${who}: ${table} ${id} shows twice`);
      }
    }
  }

  private isRegressed(machine: Machine, all: All): boolean {
    const key = `${machine.name}/${machine.user_name}`;
    const until = this.regressed.get(key);
    if (until === undefined) return false;
    const [[number] = []] = all<[number | null]>('SELECT checkpoint_number FROM main.replica_meta');
    if (number === null || number === undefined || number < until) return true;
    this.regressed.delete(key);
    return false;
  }
}

/** A signature binds to content alone: told that it changed, it has to be another one. */
function refusedSameContent(reason: PushOutcome['reason'], foretold: Foretold | undefined): boolean {
  const signed = foretold?.effects.find(({ tbl }) => tbl === 'signoff')?.image;
  if (signed === undefined || reason?.code !== 'content_changed') return false;
  const columns = wireTable('signoff').columns.map(({ name }) => name);
  return (
    signed[columns.indexOf('content_hash')] === reason.detail?.['theirs'] &&
    signed[columns.indexOf('amount_minor')] === reason.detail?.['theirs_amount_minor']
  );
}
