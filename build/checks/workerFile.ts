/** In the folder of each vitest file, by `ownFolder.ts`: which process runs it. */
export const WORKER_FILE = 'worker.json';
