/**
 * Questions asked of the database together. No answer is older than its question: whoever asks while a reading is under
 * way is answered by the next one, however many they are. A reading begins when all that has come over the network by
 * then has been heard: the embedded engine answers without leaving the microtask queue, and each question would be a
 * reading of its own. One whose connection was lost is read once more on another: all who wait are kept waiting no longer
 * than that.
 */
import { onceMore } from './watchedPool.ts';

export type SharedReading<Question, Answer> = (question: Question) => Promise<Answer>;

/** Questions of one reading; what is more waits for another. */
const MOST_QUESTIONS = 500;

export function shareReadings<Question, Answer>(
  read: (questions: readonly Question[]) => Promise<Answer>,
): SharedReading<Question, Answer> {
  interface Waiting {
    readonly question: Question;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (error: unknown) => void;
  }
  const waiting: Waiting[] = [];
  let busy = false;

  const readNext = (): void => {
    if (busy || waiting.length === 0) return;
    busy = true;
    setImmediate(readNow);
  };
  const readNow = (): void => {
    const asked = waiting.splice(0, MOST_QUESTIONS);
    const questions = asked.map(({ question }) => question);
    onceMore(async () => await read(questions))
      .then(
        (answer) => {
          for (const each of asked) each.resolve(answer);
        },
        (error: unknown) => {
          for (const each of asked) each.reject(error);
        },
      )
      .finally(() => {
        busy = false;
        readNext();
      });
  };
  return async (question) =>
    await new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      readNext();
    });
}
