export { BuiltinChooser } from './builtin.ts';
export type { Answer, Choice, Chooser, Question } from './chooser.ts';
export { configuredChooser } from './configured.ts';
export { factsIn } from './evidence-facts.ts';
export { FallbackChooser } from './fallback.ts';
