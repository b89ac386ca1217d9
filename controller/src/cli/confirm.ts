import { createInterface } from 'node:readline/promises';
import type { Console } from './console.ts';

/** Asks for a yes in full; anything else, and the end of the input, is a no. */
export async function confirmed({ in: input, err }: Console, question: string): Promise<boolean> {
  err.write(question);
  const lines = createInterface({ input });
  try {
    for await (const line of lines) return line.trim() === 'yes';
    return false;
  } finally {
    lines.close();
  }
}
