export { LiveFeed } from './feed.ts';
