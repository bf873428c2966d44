/** A statement that was asked before is neither parsed nor planned again, and goes to the database in one message. */
import { parse, type PGlite, protocol, type Results } from '@electric-sql/pglite';

const { serialize } = protocol;

interface Planned {
  readonly name: string;
  readonly types: readonly number[];
}

export class PlannedQueries {
  readonly pglite: PGlite;
  private readonly planned = new Map<string, Planned>();

  constructor(pglite: PGlite) {
    this.pglite = pglite;
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<Results<unknown>> {
    const { pglite } = this;
    return await pglite.runExclusive(async () => {
      const { name, types } = this.planned.get(sql) ?? (await this.plan(sql));
      const values = parameters.map((value, at) => {
        if (value === null || value === undefined) return null;
        const type = types[at];
        const write = type === undefined ? undefined : pglite.serializers[type];
        if (write) return write(value);
        if (typeof value === 'string') return value;
        if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
        throw new Error(`nobody writes a value of type ${type}`);
      });
      const message = Buffer.concat([
        serialize.bind({ statement: name, values }),
        serialize.describe({ type: 'P' }),
        serialize.execute({}),
        serialize.sync(),
      ]);
      const { messages } = await pglite.execProtocol(message, { syncToFs: false });
      const [result] = parse.parseResults(messages, pglite.parsers);
      if (!result) throw new Error('a statement without a result');
      return result;
    });
  }

  private async plan(sql: string): Promise<Planned> {
    const name = `planned_${this.planned.size}`;
    const message = Buffer.concat([
      serialize.parse({ name, text: sql }),
      serialize.describe({ type: 'S', name }),
      serialize.sync(),
    ]);
    const { messages } = await this.pglite.execProtocol(message, { syncToFs: false });
    const planned = { name, types: parse.parseDescribeStatementResults(messages) };
    this.planned.set(sql, planned);
    return planned;
  }
}
