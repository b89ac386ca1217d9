export { killSwitchOf, killSwitchOn, modeOf } from './circumstances.ts';
export { Engine } from './engine.ts';
export { EngineError, type EngineProblem } from './engine-error.ts';
export { Operations } from './operations.ts';
export type { CatalogueView, EngineParts, PublishedRunbook } from './ports.ts';
export { orderKillSwitch, setMode, unsetMode } from './standing-orders.ts';
export { WarrantWriter } from './warrant-writer.ts';
