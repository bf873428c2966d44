/** Entry of the process that makes a new data directory: `templateProcess.ts DATA_DIR CACHE_DIR`. */
import { makeDataDir } from './template.ts';

const [dataDir, cacheDir] = process.argv.slice(2);
if (dataDir === undefined || cacheDir === undefined) throw new Error('DATA_DIR and CACHE_DIR are needed');
await makeDataDir(dataDir, cacheDir);
