/** What a Node process that says nothing any more is doing: its place in JavaScript, or what it waits for. */
import { readdirSync, readFileSync } from 'node:fs';

/** Node opens its inspector here when it is sent SIGUSR1. */
const INSPECTOR = 'http://127.0.0.1:9229/json/list';
const PATIENCE_MS = 5_000;

/** Lines to print; never throws, and takes some seconds at the most. Linux; elsewhere it says that it cannot tell. */
export async function whereItStands(pid: number): Promise<readonly string[]> {
  const lines = [...inTheSystem(pid)];
  try {
    lines.push(...(await inJavaScript(pid)));
  } catch (error) {
    lines.push(`its place in JavaScript is not known: ${error instanceof Error ? error.message : String(error)}`);
  }
  return lines;
}

/** The state of each of its threads and the processes below it, as Linux has them. */
function inTheSystem(pid: number): readonly string[] {
  if (process.platform !== 'linux') return [];
  try {
    const states = readdirSync(`/proc/${pid}/task`).map((task) => {
      const [name, rest] = afterName(readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8'));
      return `${name} ${rest[0]}`;
    });
    const counted = [...Map.groupBy(states, (state) => state)].map(([state, all]) => `${all.length} × ${state}`);
    return [`threads: ${counted.join(', ')}`, ...childrenOf(pid).map((child) => `child ${child}`)];
  } catch {
    return ['the process is gone'];
  }
}

function childrenOf(parent: number): readonly string[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [, rest] = afterName(readFileSync(`/proc/${name}/stat`, 'utf8'));
      if (Number(rest[1]) !== parent) return [];
      return [
        `${name} ${rest[0]} ${readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 200)}`,
      ];
    } catch {
      // ended meanwhile
      return [];
    }
  });
}

/** `1 (node) R 0 …`: the name may hold spaces and brackets. */
function afterName(stat: string): readonly [string, readonly string[]] {
  const end = stat.lastIndexOf(')');
  return [stat.slice(stat.indexOf('(') + 1, end), stat.slice(end + 2).split(' ')];
}

async function inJavaScript(pid: number): Promise<readonly string[]> {
  process.kill(pid, 'SIGUSR1');
  const until = performance.now() + PATIENCE_MS;
  let address: string | undefined;
  while (address === undefined) {
    const listed: unknown = await fetch(INSPECTOR, { signal: AbortSignal.timeout(1_000) })
      .then(async (answer) => await answer.json())
      .catch(() => null);
    const first: unknown = Array.isArray(listed) ? listed[0] : undefined;
    const found = field(first, 'webSocketDebuggerUrl');
    if (typeof found === 'string') address = found;
    else if (performance.now() > until) throw new Error('it does not open its inspector');
    else await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return await askInspector(address);
}

/** Stops it where it is; a process whose loop is idle says instead what keeps it alive. */
async function askInspector(address: string): Promise<readonly string[]> {
  const socket = new WebSocket(address);
  try {
    const files = new Map<unknown, string>();
    return await new Promise<readonly string[]>((resolve, reject) => {
      const ask = (id: number, method: string, params: object = {}): void =>
        socket.send(JSON.stringify({ id, method, params }));
      const late = setTimeout(() => reject(new Error('it does not answer: in native code')), PATIENCE_MS);
      socket.addEventListener('error', () => reject(new Error('its inspector cannot be reached')));
      socket.addEventListener('open', () => {
        ask(1, 'Debugger.enable');
        ask(2, 'Debugger.pause');
        setTimeout(() => {
          // it would stop in the question itself
          ask(3, 'Debugger.disable');
          ask(4, 'Runtime.evaluate', { expression: 'process.getActiveResourcesInfo().join()' });
        }, PATIENCE_MS / 2);
      });
      socket.addEventListener('message', ({ data }) => {
        const said: unknown = JSON.parse(String(data));
        const told = field(said, 'params');
        if (field(said, 'method') === 'Debugger.scriptParsed') {
          files.set(field(told, 'scriptId'), String(field(told, 'url')));
        } else if (field(said, 'method') === 'Debugger.paused') {
          clearTimeout(late);
          resolve(framesOf(field(told, 'callFrames'), files));
        } else if (field(said, 'id') === 4) {
          clearTimeout(late);
          resolve([`it waits for: ${String(field(field(field(said, 'result'), 'result'), 'value'))}`]);
        }
      });
    });
  } finally {
    socket.close();
  }
}

function framesOf(frames: unknown, files: ReadonlyMap<unknown, string>): readonly string[] {
  if (!Array.isArray(frames)) return [];
  return frames.slice(0, 30).map((frame) => {
    const at = field(frame, 'location');
    const name = String(field(frame, 'functionName')) || '(anonymous)';
    return `at ${name} ${files.get(field(at, 'scriptId')) ?? ''}:${Number(field(at, 'lineNumber')) + 1}`;
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
