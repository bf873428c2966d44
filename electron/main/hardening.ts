/** Switches of Chromium that would open the page to other programs of this computer; what people install refuses them. */
import type { CommandLine } from 'electron';

const OPENING_SWITCHES = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-debugging-address',
  'remote-allow-origins',
  'disable-web-security',
  'disable-site-isolation-trials',
  'load-extension',
  'proxy-server',
  'host-rules',
  'host-resolver-rules',
  'ignore-certificate-errors',
  'js-flags',
  'log-net-log',
] as const;

/** The first such switch on the command line; undefined when there is none, and where the program runs from source. */
export function openingSwitch(line: Pick<CommandLine, 'hasSwitch'>, packaged: boolean): string | undefined {
  return packaged ? OPENING_SWITCHES.find((name) => line.hasSwitch(name)) : undefined;
}
