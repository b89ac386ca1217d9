import { CollectError } from '../collect-error.ts';
import { BusSignal } from './systemd-messages.ts';

/** A call of a method on the bus. */
export interface BusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly unknown[];
}

/** A connection to the system's D-Bus. */
export interface SystemBus {
  /**
   * `read` is run on the answer before any later message is looked at, so that a list is applied in its place among the
   * signals around it.
   */
  call<T>(call: BusCall, read: (body: unknown) => T): Promise<T>;
  close(): void;
}

export interface BusListener {
  signal(signal: BusSignal): void;
  /** The connection is gone; told once. */
  closed(reason: string): void;
}

/** @throws CollectError `bus-unavailable` */
export async function openSystemBus(listener: BusListener): Promise<SystemBus> {
  // Needed on systemd hosts alone, hence loaded here.
  const { systemBus } = await import('@homebridge/dbus-native');
  const bus = systemBus();
  const waiting = new Set<(error: CollectError) => void>();
  let open = true;
  const close = (reason: string): void => {
    if (!open) return;
    open = false;
    bus.connection.stream.destroy();
    for (const reject of waiting) reject(new CollectError('bus-unavailable', reason));
    waiting.clear();
    listener.closed(reason);
  };
  bus.connection.on('error', (error: Error) => close(`the system bus failed: ${error.message}`));
  bus.connection.on('end', () => close('the system bus closed the connection'));
  bus.connection.stream.on('close', () => close('the connection to the system bus is closed'));
  bus.connection.on('message', (message: unknown) => {
    const signal = BusSignal.safeParse(message);
    if (open && signal.success) listener.signal(signal.data);
  });
  return {
    call(call, read) {
      return new Promise((resolve, reject) => {
        if (!open)
          return reject(new CollectError('bus-unavailable', 'the connection to the system bus is closed'));
        waiting.add(reject);
        bus.invoke({ ...call }, (error, body: unknown) => {
          waiting.delete(reject);
          if (error)
            return reject(
              new CollectError('bus-unavailable', `${call.member} failed: ${error.name}: ${error.message}`),
            );
          try {
            resolve(read(body));
          } catch (cause) {
            reject(
              new CollectError('output-unknown', `${call.member}: the answer is not as documented`, {
                cause,
              }),
            );
          }
        });
      });
    },
    close: () => close('closed'),
  };
}
