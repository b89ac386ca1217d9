export { Link, LinkDown } from './link.ts';
