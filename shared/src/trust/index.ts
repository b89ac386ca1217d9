export * from './canonical.ts';
export * from './document.ts';
export * from './envelope.ts';
export * from './envelope-shape.ts';
export * from './refusal.ts';
export * from './report.ts';
export * from './tuf-key-id.ts';
export * from './warrant.ts';
