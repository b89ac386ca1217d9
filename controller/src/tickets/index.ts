export { endpointActor, MILLWRIGHT, Tickets } from './tickets.ts';
