import {
  Envelope,
  MAX_WARRANT_BYTES,
  Refusal,
  type RefusalCode,
  type TrustedKeys,
  Warrant,
} from '@millwright/shared/trust';
import type { z } from 'zod';
import type { RunbookSource } from './ports.ts';
import { parseStrictJson } from './strict-json.ts';

export function checkSize(bytes: Buffer): void {
  if (bytes.length > MAX_WARRANT_BYTES)
    throw new Refusal(
      'warrant-too-large',
      `the warrant has ${bytes.length} bytes; at most ${MAX_WARRANT_BYTES} are read`,
    );
}

export function readEnvelope(bytes: Buffer): Envelope {
  return read(Envelope, bytes, 'envelope-malformed', 'the envelope');
}

/** Reads the very bytes that the signatures were checked over. */
export function readWarrant(payload: Buffer): Warrant {
  return read(Warrant, payload, 'payload-malformed', 'the warrant');
}

/** Whose signatures count: as last verified; before the first refresh ever, as that refresh verifies. */
export async function trustedKeys(catalogue: RunbookSource): Promise<TrustedKeys> {
  const known = catalogue.trust();
  if (known !== undefined) return known;
  await catalogue.refresh();
  const trusted = catalogue.trust();
  if (trusted === undefined) throw new Refusal('catalogue-invalid', 'the catalogue names no trusted keys');
  return trusted;
}

function read<T extends z.ZodType>(schema: T, bytes: Buffer, code: RefusalCode, what: string): z.infer<T> {
  try {
    return schema.parse(parseStrictJson(bytes));
  } catch (cause) {
    throw new Refusal(code, `${what} is malformed: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}
