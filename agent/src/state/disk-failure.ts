/** SQLite's result codes for a disk that does not take a write now: SQLITE_BUSY, SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN. */
const diskCodes = new Set([5, 10, 13, 14]);

/** Whether an error is the disk's own (it is full, most often), and will be over once somebody has seen to it. */
export function isDiskFailure(error: unknown): boolean {
  // The lower byte; what is above it says more of the same.
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    diskCodes.has(error.errcode & 0xff)
  );
}
