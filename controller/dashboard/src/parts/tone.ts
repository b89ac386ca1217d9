/** What a state means to whoever looks: act now, look soon, well, waiting for somebody, no matter. */
export type Tone = 'critical' | 'warning' | 'ok' | 'waiting' | 'quiet';
