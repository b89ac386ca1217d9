export { type Backup, BackupError, type BackupProblem, backUp } from './backup.ts';
export { AlreadyServing, lockDataFolder } from './controller-lock.ts';
export { createEnrolmentBundle } from './enrolment-bundle.ts';
export {
  firstRootPath,
  type Initialised,
  type InitialiseOptions,
  initialise,
  runbookFolders,
  signAndPublish,
  stockRunbooksDir,
} from './initialise.ts';
export { dashboardDir, databasePath, tlsDir } from './layout.ts';
