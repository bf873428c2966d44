/** An empty server and the machine of its administrator. */
import { writeFileSync } from 'node:fs';
import { Host } from './stage.ts';
import { freePort, type Process, World } from '../process/world.ts';

export { World };

export class Stage {
  private readonly world: World;
  private readonly url: string;
  private readonly server: Process;

  private constructor(world: World, url: string, server: Process) {
    this.world = world;
    this.url = url;
    this.server = server;
  }

  static async empty(world: World): Promise<Stage> {
    const { url, process } = await world.server([
      '--data-dir',
      world.path('central'),
      '--port',
      String(await freePort()),
      '--empty',
      '--admin-password-file',
      world.passwordFile('admin', 'long enough 0'),
    ]);
    return new Stage(world, url, process);
  }

  async host(user: string): Promise<Host> {
    const dataDir = this.world.path('machine');
    const process = this.world.start([
      'serve',
      '--server',
      this.url,
      '--data-dir',
      dataDir,
      '--user',
      user,
      '--password-file',
      this.world.path(`${user}.password`),
      '--json',
    ]);
    const listening = await process.waitFor('listening');
    return new Host(process, dataDir, String(listening['url']), String(listening['open']));
  }

  /** The same import from a command line, by somebody else. */
  async importItems(csv: string): Promise<void> {
    await this.import('items', csv);
  }

  async import(kind: string, csv: string, ...more: readonly string[]): Promise<void> {
    const file = this.world.path('from-elsewhere.csv');
    writeFileSync(file, csv);
    const args = ['import', kind, ...more, '--file', file, '--company', 'HAL', '--server', this.url];
    const done = await this.world.run([
      ...args,
      '--user',
      'admin',
      '--password-file',
      this.world.path('admin.password'),
    ]);
    if (done.code !== 0) throw new Error(`the import ended with ${done.stderr}`);
  }

  async stopServer(): Promise<void> {
    await this.server.stop('SIGKILL');
  }
}
