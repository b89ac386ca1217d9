/** The protocol's version, spoken as the WebSocket subprotocol `millwright.1` and in the first message. */
export const PROTOCOL_VERSION = 1;
export const SUBPROTOCOL = `millwright.${PROTOCOL_VERSION}`;
/** The largest frame either side reads, in bytes. */
export const MAX_FRAME_BYTES = 1_048_576;
/** The most events in one frame, and not acknowledged at one time. */
export const MAX_EVENTS_PER_FRAME = 500;
/** The largest catalogue file, in bytes (it travels in base64 in one frame). */
export const MAX_FILE_BYTES = 524_288;
