import '../../../agent/src/main.ts';

/**
 * Starting leaves garbage from reading and compiling the bundle, which V8 would keep for as long as an idle agent gives it no
 * reason to collect: some 8 MB that the endpoint never sees again. One collection after the start gives them back.
 */
const settledMs = 3000;

setTimeout(
  () => globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
  settledMs,
).unref();
