export { type HostFacts, Link, LinkDown, type LinkParts } from './link.ts';
