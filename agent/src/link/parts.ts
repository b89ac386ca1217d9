import { MAX_FRAME_BYTES } from '@millwright/shared/protocol';

/** The most items in one frame; the protocol allows more. */
const mostItems = 500;
/** Leaves room for what stands around the items. */
const mostBytes = MAX_FRAME_BYTES - 4096;

/** Cuts a list into parts, in order, that fit into a frame each. */
export function partsOf<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  let part: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (part.length === mostItems || bytes + size > mostBytes) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(item);
    bytes += size;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}
