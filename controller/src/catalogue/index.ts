export { CatalogueError, type CatalogueProblem } from './catalogue-error.ts';
export { readCatalogueFile } from './catalogue-file.ts';
export { CurrentCatalogue } from './current-catalogue.ts';
export { catalogueOf, onlineKeysOf } from './layout.ts';
export { defaultLifetimes, Lifetimes } from './lifetimes.ts';
export { type Catalogue, loadCatalogue, type PublishedRunbook } from './load-catalogue.ts';
export { type OnlineKey, readOnlineKey } from './online-keys.ts';
export { type PublishOptions, type PublishResult, publish, refreshTimestamp } from './publish.ts';
