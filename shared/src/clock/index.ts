/** Wall-clock time, injected wherever time is compared. Milliseconds since the Unix epoch. */
export interface Clock {
  now(): number;
}
