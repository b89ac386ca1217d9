export { EnrolmentRefused, enrol, readBundle } from './enrol.ts';
export { isEnrolled, readIdentity, rootPath, writeIdentity } from './identity-file.ts';
export { thisPlatform } from './platform.ts';
