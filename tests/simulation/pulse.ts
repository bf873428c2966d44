/**
 * Knows when nothing moves any more. Whatever waits for the simulation (a statement, a request, a timer) says so by
 * `beat`; everything else in the process runs on microtasks and turns of the event loop, so some silent turns mean that
 * whoever was released last has come to its next wait.
 */
const SILENT_TURNS = 4;
const MANY_TURNS = 200_000;

export class Pulse {
  private beats = 0;

  beat(): void {
    this.beats += 1;
  }

  async settle(): Promise<void> {
    let silent = 0;
    for (let turn = 0; silent < SILENT_TURNS; turn++) {
      if (turn > MANY_TURNS) throw new Error('the simulation never comes to rest');
      const before = this.beats;
      await new Promise<void>((resolve) => setImmediate(resolve));
      silent = this.beats === before ? silent + 1 : 0;
    }
  }
}
