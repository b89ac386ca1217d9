export type { Arena } from './arena.ts';
export { attack, harmless } from './attack.ts';
export { newSigner, renamed } from './signer.ts';
export * from './tuf-files.ts';
