import manifest from '../package.json' with { type: 'json' };

declare const MILLWRIGHT_BUILT_AT: number | undefined;

/** This agent's version. */
export const version: string = manifest.version;

/** When this agent was built, in milliseconds since the epoch; 0 where it runs from its source. The clock is never before it. */
export const builtAt: number = typeof MILLWRIGHT_BUILT_AT === 'number' ? MILLWRIGHT_BUILT_AT : 0;
