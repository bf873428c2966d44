/** Before every vitest file: properties begin from the chance of the run, where one is set. */
import fc from 'fast-check';
import { chanceSet } from '../checks/chance.ts';

const seed = chanceSet(process.env);
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
