/** Has a command that serves screens begin anew as the same process, with what a host's environment has to say. */
import { HOST_ENVIRONMENT } from '#db/hosts/hostEnvironment.ts';

const SERVE_SCREENS: ReadonlySet<string> = new Set(['start', 'serve']);

type Begun = Pick<NodeJS.Process, 'platform' | 'env' | 'execPath' | 'execArgv' | 'argv' | 'execve' | 'connected'>;

/** Returns when there is nothing to do: for other commands, on other systems, or begun anew already. */
export function beginAsHost(process: Begun): void {
  const { env, argv, execPath } = process;
  if (process.platform !== 'linux' || process.execve === undefined || !SERVE_SCREENS.has(argv[2] ?? '')) return;
  // a channel to the process that forked this one would be lost; what a person has set counts
  if (process.connected || Object.keys(HOST_ENVIRONMENT).every((name) => env[name] !== undefined)) return;
  process.execve(execPath, [execPath, ...process.execArgv, ...argv.slice(1)], { ...HOST_ENVIRONMENT, ...env });
}
