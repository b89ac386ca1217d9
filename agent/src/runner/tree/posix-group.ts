/** Ends a process group. None of that id is no error: it has ended by itself. */
export function endPosixGroup(pid: number): void {
  signal(-pid);
}

/** SIGKILL: a script that was given its time gets no say in whether it ends. */
export function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')))
      throw error;
  }
}
