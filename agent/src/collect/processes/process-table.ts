/** One living process, held so that no other process that gets its number later is taken for it. */
export interface ProcessHandle {
  readonly pid: number;
  /** False once it has ended, also while it waits as a zombie for its parent. Cheap enough for every few milliseconds. */
  isAlive(): boolean;
  close(): void;
}

/** The platform's processes. */
export interface ProcessTable {
  /** The process that a pidfile names; `undefined` where there is none, or the number has passed to another process. */
  fromPidFile(file: string, command: readonly string[]): ProcessHandle | undefined;
  /** The oldest process whose command line contains the text. A promise where the platform takes its time. */
  matching(text: string): ProcessHandle | undefined | Promise<ProcessHandle | undefined>;
}

/** The process number in a pidfile's text, by convention its first line; `undefined` when it is not one. */
export function parsePidFile(text: string): number | undefined {
  const [line = ''] = text.trim().split('\n', 1);
  const pid = /^\d{1,10}$/.test(line.trim()) ? Number(line) : 0;
  return pid > 0 ? pid : undefined;
}

/**
 * A script that the agent's runner hands to the shell (`sh -c <script> millwright <arguments>`): its arguments may hold the very
 * command that is looked for, and it is not that process.
 */
export function isRunnersShell(argv: readonly string[]): boolean {
  return argv[1] === '-c' && argv[3] === 'millwright';
}
