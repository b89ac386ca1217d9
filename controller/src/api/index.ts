export { type ApiParts, buildApi } from './build-api.ts';
export type { CataloguePort, CatalogueRunbook } from './catalogue-port.ts';
export { dashboardBuilt } from './dashboard.ts';
export type { EnginePort, Order } from './engine-port.ts';
