/** What a step is, and what several kinds of steps need. */
import type { Machine } from './machine.ts';
import type { Random } from './random.ts';
import type { Simulation } from './simulation.ts';

export interface Step {
  readonly name: string;
  readonly weight: number;
  /** What was done, in words; undefined = nothing of the kind could happen. */
  readonly take: (simulation: Simulation, random: Random) => Promise<string | undefined>;
}

/** A machine is switched on; who sat there goes on, with a password where the machine wants one. */
export async function raise(simulation: Simulation, machine: Machine): Promise<void> {
  machine.bury();
  machine.turnOn();
  if (!machine.resume()) await simulation.signIn(machine);
  await simulation.pulse.settle();
}
