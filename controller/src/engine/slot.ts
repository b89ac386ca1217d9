/** How long authorised work waits for its endpoint to be connected and free. Milliseconds. */
export const slotMs = 600_000;
