export { Alerts, type Cleared, type Fault, type Raised } from './alerts.ts';
export { ConnectivityWatch } from './connectivity-watch.ts';
export { CONSUMER_CURSOR, EventConsumer } from './event-consumer.ts';
export { SuppressedAlerts } from './suppressed-alerts.ts';
