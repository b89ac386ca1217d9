export { CatalogueError, type CatalogueProblem } from './catalogue-error.ts';
export { readCatalogueFile } from './catalogue-file.ts';
export { CurrentCatalogue } from './current-catalogue.ts';
export { durableFiles } from './durable-files.ts';
export { catalogueOf, onlineKeysOf } from './layout.ts';
export { defaultLifetimes, Lifetimes } from './lifetimes.ts';
export { type Catalogue, loadCatalogue, type PublishedRunbook } from './load-catalogue.ts';
export { makeNextOnlineKey, type OnlineKey, onlineKeyNames, readOnlineKey } from './online-keys.ts';
export { type PublishOptions, type PublishResult, publish, refreshTimestamp } from './publish.ts';
