export * from './catalogue.ts';
export * from './file-source.ts';
