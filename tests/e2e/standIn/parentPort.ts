/** Gives a forked Node process the `process.parentPort` that a process of Electron's utilityProcess has. */
import { EventEmitter } from 'node:events';
import type { Carried } from './ports.ts';

const ports = new Map<number, CarriedPort>();

class CarriedPort extends EventEmitter {
  private readonly id: number;
  private started = false;
  private readonly waiting: unknown[] = [];
  constructor(id: number) {
    super();
    this.id = id;
  }
  postMessage(data: unknown): void {
    send({ kind: 'port', id: this.id, data });
  }
  start(): void {
    this.started = true;
    for (const data of this.waiting.splice(0)) this.emit('message', { data });
  }
  close(): void {
    ports.delete(this.id);
    send({ kind: 'close', id: this.id });
  }
  arrive(data: unknown): void {
    if (this.started) this.emit('message', { data });
    else this.waiting.push(data);
  }
}

class ParentPort extends EventEmitter {
  postMessage(data: unknown): void {
    send({ kind: 'message', data, ports: [] });
  }
}

function send(message: Carried): void {
  if (process.connected) process.send?.(message);
}

const parentPort = new ParentPort();
process.on('message', (message: Carried) => {
  if (message.kind === 'port') ports.get(message.id)?.arrive(message.data);
  else if (message.kind === 'close') ports.get(message.id)?.emit('close');
  else {
    const handed = message.ports.map((id) => {
      const port = new CarriedPort(id);
      ports.set(id, port);
      return port;
    });
    parentPort.emit('message', { data: message.data, ports: handed });
  }
});
// The parent is gone without a word: a utility process ends with its app.
process.on('disconnect', () => process.exit(1));
Object.defineProperty(process, 'parentPort', { value: parentPort });
