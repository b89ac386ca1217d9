export { Alerts, type Cleared, type Fault, type Raised } from './alerts.ts';
export { ConnectivityWatch } from './connectivity-watch.ts';
export { EventConsumer } from './event-consumer.ts';
