/** How the command line speaks: events as JSON lines with --json, sentences for people otherwise; errors to stderr. */
import { BinnacleError } from '#contract/errors.ts';

export interface Output {
  readonly json: boolean;
  /** One event: a JSON line with --json; otherwise `sentence`, unless it is null. */
  event(event: Readonly<Record<string, unknown>> & { readonly event: string }, sentence: string | null): void;
  /** A line for people only. */
  say(sentence: string): void;
  /** A line of payload that a script reads in both modes (query results, dumped rows). */
  data(line: string): void;
  /** Progress on one terminal line; nothing when the output is not a terminal or is JSON. */
  progress(sentence: string): void;
}

export function createOutput(json: boolean, stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Output {
  let progressShown = false;
  const clearProgress = () => {
    if (progressShown) stderr.write('\r\u001b[K');
    progressShown = false;
  };
  return {
    json,
    event(event, sentence) {
      clearProgress();
      if (json) stdout.write(`${JSON.stringify(event)}\n`);
      else if (sentence !== null) stdout.write(`${sentence}\n`);
    },
    say(sentence) {
      clearProgress();
      if (!json) stdout.write(`${sentence}\n`);
    },
    data(line) {
      clearProgress();
      stdout.write(`${line}\n`);
    },
    progress(sentence) {
      if (json || !stderr.isTTY) return;
      stderr.write(`\r\u001b[K${sentence}`);
      progressShown = true;
    },
  };
}

/** The sentence a failed command ends with. Unexpected errors keep their message: this is the operator's own terminal. */
export function errorSentence(error: unknown): string {
  if (error instanceof BinnacleError) return error.message;
  if (error instanceof Error) {
    const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
    return `${error.message}${cause}`;
  }
  return String(error);
}
