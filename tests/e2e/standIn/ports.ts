/** Electron's message channels between processes, as pairs of pipes in the main process. */
import { EventEmitter } from 'node:events';

/** One end. What the other end posts waits here until this end is taken somewhere (`deliverTo`). */
export class StandInPort extends EventEmitter {
  private peer: StandInPort | null = null;
  private sink: ((data: unknown) => void) | null = null;
  private readonly waiting: unknown[] = [];

  static pair(): [StandInPort, StandInPort] {
    const [one, other] = [new StandInPort(), new StandInPort()];
    one.peer = other;
    other.peer = one;
    return [one, other];
  }
  postMessage(data: unknown): void {
    this.peer?.arrive(data);
  }
  /** The process that this end was handed to; it gets every message from now on, and those that waited. */
  deliverTo(sink: (data: unknown) => void): void {
    this.sink = sink;
    for (const data of this.waiting.splice(0)) sink(data);
  }
  close(): void {
    this.peer?.emit('close');
    this.peer = null;
  }
  private arrive(data: unknown): void {
    if (this.sink === null) this.waiting.push(data);
    else this.sink(data);
  }
}

/** What travels to and from the replica's process. Ports are numbers there and back. */
export type Carried =
  | { readonly kind: 'message'; readonly data: unknown; readonly ports: readonly number[] }
  | { readonly kind: 'port'; readonly id: number; readonly data: unknown }
  | { readonly kind: 'close'; readonly id: number };
