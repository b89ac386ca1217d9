import '../../../agent/src/main.ts';

/**
 * Starting leaves garbage from reading and compiling the bundle, which V8 would keep for as long as an idle agent gives it no
 * reason to collect: some 8 MB that the endpoint never sees again. One collection after the start gives them back. So does one
 * every ten minutes with what a run or a lost connection has left; it takes some 30 ms.
 */
const settledMs = 3000;
const againMs = 600_000;

function giveBack(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

setTimeout(giveBack, settledMs).unref();
setInterval(giveBack, againMs).unref();
