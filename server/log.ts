/** What the server says while it runs; pino fits. Never handed tokens, passwords or row contents. */
export interface ServerLog {
  info(details: Readonly<Record<string, unknown>>, message: string): void;
  warn(details: Readonly<Record<string, unknown>>, message: string): void;
  error(details: Readonly<Record<string, unknown>>, message: string): void;
}

export const SILENT_LOG: ServerLog = { info: () => {}, warn: () => {}, error: () => {} };
