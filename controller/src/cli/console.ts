import type { Readable } from 'node:stream';
import type { Clock } from '@millwright/shared/clock';

/** What a command reads and writes; the process's own where the command line is the program. */
export interface Console {
  /** Results. */
  readonly out: NodeJS.WritableStream;
  /** Everything else: notes, warnings, errors. */
  readonly err: NodeJS.WritableStream;
  readonly in: Readable & Partial<Pick<NodeJS.ReadStream, 'isTTY' | 'setRawMode'>>;
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Who runs the command, as the audit log names them (`console:<login>`). */
  readonly operator: string;
}
