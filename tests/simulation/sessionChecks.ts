/**
 * Whose session a request belongs to, known from the answers that gave its token: who signed out, was sent away or was
 * forgotten gets nothing more, nobody else's work is sent, and a session ends for a reason.
 */
import type { PGlite } from '@electric-sql/pglite';
import type { AppNode, NodeAnswer } from './appNode.ts';
import type { Exchange } from './network.ts';
import type { Simulation } from './simulation.ts';

interface Given {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly user: { readonly name: string };
}
interface Holder {
  readonly session: string;
  readonly user: string;
}

export class SessionChecks {
  private readonly fail: (message: string) => void;
  /** By access token. */
  private readonly holders = new Map<string, Holder>();
  private readonly ended = new Set<string>();
  /** Requests whose session had ended when they arrived. */
  private readonly tooLate = new Set<number>();
  /** Per machine and person: the session may be over, for what happened to it. */
  private readonly excused = new Set<string>();
  /** Refresh tokens as they were seen to arrive: one that comes again much later means a copy in other hands. */
  private readonly spent = new Set<string>();

  constructor(fail: (message: string) => void) {
    this.fail = fail;
  }

  holderOf({ request }: Pick<Exchange, 'request'>): Holder | undefined {
    const token = /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '')?.[1];
    return token === undefined ? undefined : this.holders.get(token);
  }

  arrives(exchange: Exchange): void {
    const holder = this.holderOf(exchange);
    if (holder && this.ended.has(holder.session)) this.tooLate.add(exchange.number);
    const { path, body } = exchange.request;
    if (path !== '/auth/refresh' || typeof body !== 'string') return;
    // a copy of a request that arrives behind others cannot be told from one in other hands
    if (this.spent.has(body) && exchange.abandoned) this.excused.add(`${exchange.client}/${exchange.user}`);
    this.spent.add(body);
  }

  answered(exchange: Exchange, answer: NodeAnswer): void {
    const { path } = exchange.request;
    if (answer.status === 200 && this.tooLate.has(exchange.number)) {
      this.fail(`${exchange.client} was answered ${path} although its session had ended`);
    }
    if (answer.status !== 200 || !/^\/auth\/(login|refresh)$/.test(path)) return;
    const given = JSON.parse(answer.body.toString('utf8')) as Given;
    const session = given.refresh_token.split('.')[0] ?? '';
    this.holders.set(given.access_token, { session, user: given.user.name });
  }

  end(sessions: readonly string[]): void {
    for (const session of sessions) this.ended.add(session);
  }

  /** Their sessions may be over from now on, until they sign in again. */
  excuse(people: readonly string[], machines: readonly string[]): void {
    for (const machine of machines) for (const name of people) this.excused.add(`${machine}/${name}`);
  }

  /** What ended an earlier session is no excuse for this one. A machine that dies before it kept it has the earlier one. */
  signedIn(machine: string, user: string): void {
    this.excused.delete(`${machine}/${user}`);
  }

  isOver(exchange: Exchange): boolean {
    const holder = this.holderOf(exchange);
    return holder !== undefined && this.ended.has(holder.session);
  }

  /** A machine was told that its session is over. */
  told(machine: string, user: string): void {
    if (this.excused.has(`${machine}/${user}`)) return;
    this.fail(`${machine} was told that the session of ${user} is over, and nothing had ended it`);
  }

  /** The server is in another state: which sessions does it hold for ended now? */
  async restored(pglite: PGlite): Promise<void> {
    const { rows } = await pglite.query<{ id: string }>('select id from auth_session where revoked_at is not null');
    this.ended.clear();
    for (const { id } of rows) this.ended.add(id);
  }
}

/** Behind a heartbeat nobody whose session ended is left on a stream of that node, whether or not it was told. */
export function endedStreamsAreClosed({ network, checks }: Simulation, node: AppNode): void {
  for (const exchange of network.streaming()) {
    if (exchange.node !== node || exchange.pieces.includes(null)) continue;
    if (checks.sessions.isOver(exchange)) checks.fail(`${exchange.client} is still told although its session ended`);
  }
}
