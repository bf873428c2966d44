/** What only commands on a server's database need: loaded by them, so that all others start without it. */
export { makeBackup } from '#server/backup/backup.ts';
export { checkBackup, restoreBackup } from '#server/backup/restore.ts';
export { summaryOf } from '#server/backup/routes.ts';
export { openDatabase } from '#server/database.ts';
export { isNewDataDir } from '#server/template.ts';
export { prepareContents } from './contents.ts';
export { endProcess, runServer } from './runServer.ts';
