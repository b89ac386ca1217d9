import { constants } from 'node:os';

const pending = new Set<() => void>();

function endAll(): void {
  for (const end of pending) end();
  pending.clear();
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const onSignal = (signal: (typeof signals)[number]): void => {
  endAll();
  process.exit(128 + constants.signals[signal]);
};

function listen(): void {
  process.on('exit', endAll);
  for (const signal of signals) process.on(signal, onSignal);
}

function stopListening(): void {
  process.off('exit', endAll);
  for (const signal of signals) process.off(signal, onSignal);
}

/**
 * Has `end` called (it must not wait for anything) when this process ends before its owner took it back, by an exception,
 * a signal or an early exit.
 * @returns takes `end` back.
 */
export function endWithProcess(end: () => void): () => void {
  if (pending.size === 0) listen();
  pending.add(end);
  return () => {
    if (pending.delete(end) && pending.size === 0) stopListening();
  };
}
