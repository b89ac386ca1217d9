export type { Asked } from './asked.ts';
export * from './catalogue.ts';
export * from './file-source.ts';
