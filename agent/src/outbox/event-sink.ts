import type { EventBody } from '@millwright/shared/protocol';

/** Takes events; one that was taken is on the disk, and reaches the controller or is kept. */
export interface EventSink {
  append(body: EventBody): void;
}
