/**
 * The chance of a run: what properties and fresh seeds of the simulation begin from. The same sources have the same, so that
 * a run that passed passes again on another machine, and a change brings new cases; a number in BINNACLE_CHANCE is taken instead.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const CHANCE = 'BINNACLE_CHANCE';

/** A whole number from 0 to 999,999,999 of all TypeScript below these folders: names and contents, in order of names. */
export function chanceOf(root: string, folders: readonly string[]): number {
  const hash = createHash('sha256');
  for (const folder of folders.toSorted()) {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((each) => /\.tsx?$/.test(each)).toSorted()) {
      hash.update(`${folder}/${name.replaceAll('\\', '/')}\0`);
      hash.update(readFileSync(join(root, folder, name)));
    }
  }
  return hash.digest().readUInt32BE() % 1_000_000_000;
}

/** undefined = none is set: chance is as it comes. */
export function chanceSet(env: NodeJS.ProcessEnv): number | undefined {
  const text = env[CHANCE];
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${CHANCE} is a whole number below a thousand million, not "${text}".`);
  return Number(text);
}
