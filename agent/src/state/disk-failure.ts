/** Why the disk did not take a write, or gave no read, by name. None of these says anything of the data. */
export type DiskProblem =
  | 'disk-full'
  | 'disk-failing'
  | 'disk-read-only'
  | 'state-locked'
  | 'state-unopenable'
  | 'too-many-files'
  | 'not-permitted';

/** What to do about each. */
export const remedies: Readonly<Record<DiskProblem, string>> = {
  'disk-full': 'free some space on its disk',
  'disk-failing': 'see to its disk; the system log says more',
  'disk-read-only': 'make its filesystem writable again',
  'state-locked': 'another process holds it; try again',
  'state-unopenable': 'see to its folder and the rights on it',
  'too-many-files': 'the system has no more open files to give; close some, or raise the limit',
  'not-permitted': 'run this as the user of the service (root, or SYSTEM on Windows)',
};

/** The lower byte of SQLite's result codes: BUSY, READONLY, IOERR, FULL, CANTOPEN. What is above it says more of the same. */
const bySqlite: ReadonlyMap<number, DiskProblem> = new Map([
  [5, 'state-locked'],
  [8, 'disk-read-only'],
  [10, 'disk-failing'],
  [13, 'disk-full'],
  [14, 'state-unopenable'],
]);

const bySystem: ReadonlyMap<unknown, DiskProblem> = new Map([
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EIO', 'disk-failing'],
  ['EROFS', 'disk-read-only'],
  ['EMFILE', 'too-many-files'],
  ['ENFILE', 'too-many-files'],
  ['EACCES', 'not-permitted'],
  ['EPERM', 'not-permitted'],
]);

/** The name of what the disk or the system refused. Undefined where the error is of another kind: bad data, a bug. */
export function diskProblemOf(error: unknown): DiskProblem | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error && typeof error.errcode === 'number') return bySqlite.get(error.errcode & 0xff);
  return 'code' in error ? bySystem.get(error.code) : undefined;
}

/** Whether an error is the disk's own (it is full, most often), and will be over once somebody has seen to it. */
export function isDiskFailure(error: unknown): boolean {
  return diskProblemOf(error) !== undefined;
}
