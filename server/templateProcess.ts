/** Entry of the process that makes the image of an empty database: `templateProcess.ts CACHE_DIR FILE`. */
import { makeTemplate } from './template.ts';

const [cacheDir, file] = process.argv.slice(2);
if (cacheDir === undefined || file === undefined) throw new Error('CACHE_DIR and FILE are needed');
await makeTemplate(cacheDir, file);
