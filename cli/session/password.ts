/** Passwords reach the command line in files only: never in arguments, which every user of the machine can read. */
import { readFileSync } from 'node:fs';
import { BinnacleError } from '#contract/errors.ts';

/** The first line of the file. */
export function readPasswordFile(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new BinnacleError(
      'bad_arguments',
      `Cannot read the password file ${file}. Check the path and its permissions.`,
    );
  }
  const password = text.split(/\r?\n/, 1)[0] ?? '';
  if (password === '') throw new BinnacleError('bad_arguments', `The password file ${file} is empty.`);
  return password;
}
