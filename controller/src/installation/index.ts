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
export { databasePath, tlsDir } from './layout.ts';
