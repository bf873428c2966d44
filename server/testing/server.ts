/** A running server with a small distributor, a clock that tests set, and a list of what it logged. */
import type { PushMutation } from '#contract/wire/protocol.ts';
import { DAY_MS } from '#server/jobs/job.ts';
import { type RunningServer, type ServerOptions, startServer } from '#server/server.ts';
import type { Distributor } from './distributor.ts';
import type { TestEngine } from './engines.ts';
import { login, outcomesOf, TestReplica } from './replica.ts';

export interface TestServer {
  readonly server: RunningServer;
  readonly data: Distributor;
  readonly time: { now_ms: number };
  /** Everything logged, as JSON lines. */
  readonly logged: string[];
  /** A signed-in client of that user. */
  readonly replica: (user_name: string) => Promise<TestReplica>;
  /** Sent by that user, and what became of each. */
  readonly push: (user_name: string, ...sent: readonly PushMutation[]) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

export async function startTestServer(
  engine: TestEngine,
  options: Partial<Pick<ServerOptions, 'tokenTtlS' | 'crashAt' | 'most_delta_rows'>> = {},
): Promise<TestServer> {
  const time = { now_ms: 1_780_000_000_000 };
  const logged: string[] = [];
  const note = (details: Readonly<Record<string, unknown>>, message: string): void => {
    logged.push(JSON.stringify({ ...details, message }));
  };
  const clock = (): number => time.now_ms;
  const { database, data } = await engine.withDistributor();
  const server = await startServer({
    ...database,
    ...options,
    port: 0,
    // a test runs the jobs itself
    soonMs: DAY_MS,
    clock,
    log: { info: note, warn: note, error: note },
  });
  const replica = async (user_name: string): Promise<TestReplica> =>
    new TestReplica(server.url, (await login(server.url, user_name)).access_token);
  return {
    server,
    data,
    time,
    logged,
    replica,
    push: async (user_name, ...sent) => outcomesOf(await (await replica(user_name)).push(...sent)),
    close: server.close,
  };
}
