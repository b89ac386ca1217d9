export { MILLWRIGHT, Tickets } from './tickets.ts';
