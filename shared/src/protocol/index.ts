export * from './enrolment.ts';
export * from './event.ts';
export * from './frame.ts';
export * from './limits.ts';
export * from './message.ts';
export * from './policy.ts';
