import { isDeepStrictEqual } from 'node:util';
import type { Reading } from '@millwright/shared/readings';

/** A reading without its time; a collector's own also without how long it took, which is never twice the same. */
const timeless = (reading: Reading): Reading =>
  reading.kind === 'collector' ? { ...reading, at: 0, ms: 0 } : { ...reading, at: 0 };

/** Whether two readings of one key differ in anything but their time. */
export function differs(before: Reading, after: Reading): boolean {
  return !isDeepStrictEqual(timeless(before), timeless(after));
}

const farApart = (a: number, b: number, whole: number): boolean => Math.abs(a - b) > 0.005 * whole;

/**
 * Whether a reading has changed enough to be told at once. Figures that always move (free bytes, load, milliseconds) count when
 * they move by half a percent of the whole; everything that names a state counts always. This is what keeps ten thousand
 * endpoints at rest quiet.
 */
export function differsEnough(before: Reading, after: Reading): boolean {
  switch (after.kind) {
    case 'filesystem':
      return (
        before.kind !== 'filesystem' ||
        farApart(before.freeBytes, after.freeBytes, after.totalBytes) ||
        farApart(before.inodesFree, after.inodesFree, after.inodesTotal) ||
        differs({ ...before, freeBytes: 0, inodesFree: 0 }, { ...after, freeBytes: 0, inodesFree: 0 })
      );
    case 'folder':
      return (
        before.kind !== 'folder' ||
        before.limitBytes !== after.limitBytes ||
        farApart(before.bytes, after.bytes, after.limitBytes)
      );
    case 'probe':
      return before.kind !== 'probe' || before.ok !== after.ok || before.detail !== after.detail;
    case 'collector':
      return before.kind !== 'collector' || before.state !== after.state;
    case 'host':
      return (
        before.kind !== 'host' || after.uptimeSeconds < before.uptimeSeconds || before.cores !== after.cores
      );
    case 'link':
      return (
        before.kind !== 'link' ||
        before.lossPercent !== after.lossPercent ||
        (before.roundTripMs === null) !== (after.roundTripMs === null)
      );
    case 'service':
    case 'process':
    case 'inventory':
      return differs(before, after);
  }
}
