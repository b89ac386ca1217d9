import type { z } from 'zod';
import { CollectError } from './collect-error.ts';

/**
 * Reads the JSON that a program printed.
 * @throws CollectError `output-unknown` that names the program.
 */
export function parseJson<T extends z.ZodType>(schema: T, text: string, program: string): z.infer<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CollectError('output-unknown', `${program} printed what is not JSON`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CollectError(
    'output-unknown',
    `${program}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}
