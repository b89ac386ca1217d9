import { z } from 'zod';
import type { Unit } from './systemd-unit.ts';

export const systemd = {
  destination: 'org.freedesktop.systemd1',
  manager: '/org/freedesktop/systemd1',
  managerInterface: 'org.freedesktop.systemd1.Manager',
  unitInterface: 'org.freedesktop.systemd1.Unit',
  serviceInterface: 'org.freedesktop.systemd1.Service',
  unitPaths: '/org/freedesktop/systemd1/unit',
  properties: 'org.freedesktop.DBus.Properties',
} as const;

/** The client library's form of a variant: the signature's tree, and the values under it. */
const Variant = z
  .tuple([z.array(z.unknown()), z.array(z.unknown()).min(1)])
  .transform(([, values]) => values[0]);

const Properties = z.array(z.tuple([z.string(), Variant]));
const PropertiesChanged = z.tuple([z.string(), Properties, z.array(z.string())]);

/** The unit's job: its number (0 for none) and its path. */
const Job = z.tuple([z.number(), z.string()]).transform(([id]) => id);

/** name, description, load, active, sub, following, path, job id, job type, job path */
const ListedUnit = z
  .tuple([
    z.string(),
    z.string(),
    z.string(),
    z.string(),
    z.string(),
    z.string(),
    z.string(),
    z.number(),
    z.string(),
    z.string(),
  ])
  .transform(([name, , loadState, activeState, subState, , path, job]) => ({
    name,
    loadState,
    activeState,
    subState,
    path,
    hasJob: job !== 0,
  }));
export type ListedUnit = z.infer<typeof ListedUnit>;

/** @throws ZodError when systemd's answer is not of the documented shape. */
export function parseListUnits(body: unknown): ListedUnit[] {
  return z.array(ListedUnit).parse(body);
}

/** @throws ZodError */
export function parseVariant(body: unknown): unknown {
  return Variant.parse(body);
}

/** A message as the bus delivers it; only what is looked at. */
export const BusSignal = z.object({
  type: z.literal(4),
  sender: z.string(),
  path: z.string(),
  interface: z.string(),
  member: z.string(),
  body: z.array(z.unknown()).default([]),
});
export type BusSignal = z.infer<typeof BusSignal>;

/** A unit's name from its object path: each byte outside [A-Za-z0-9] stands as `_` and two hex digits. */
export function unitNameOf(path: string): string {
  const escaped = path.slice(systemd.unitPaths.length + 1);
  return Buffer.from(
    escaped.replace(/_([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
}

/** The part of a unit that changes while it is loaded. */
export type UnitChange = Partial<
  Pick<
    Unit,
    | 'loadState'
    | 'activeState'
    | 'subState'
    | 'hasJob'
    | 'unitFileState'
    | 'result'
    | 'conditionHeld'
    | 'hasBeenActive'
  >
>;

/** What a `PropertiesChanged` signal says of a unit; `undefined` for any other signal, or an interface of no interest. */
export function unitChangeOf(signal: BusSignal): { path: string; change: UnitChange } | undefined {
  if (signal.interface !== systemd.properties || signal.member !== 'PropertiesChanged') return undefined;
  if (!signal.path.startsWith(`${systemd.unitPaths}/`)) return undefined;
  const parsed = PropertiesChanged.safeParse(signal.body);
  if (!parsed.success) return undefined;
  const [on, properties] = parsed.data;
  if (on !== systemd.unitInterface && on !== systemd.serviceInterface) return undefined;
  return { path: signal.path, change: changeOf(new Map(properties)) };
}

/** Reads the properties that are known to matter; of a type other than documented, one counts as not said. */
export function changeOf(properties: ReadonlyMap<string, unknown>): UnitChange {
  const text = (name: string): string | undefined => z.string().safeParse(properties.get(name)).data;
  const time = (name: string): number | undefined => z.number().safeParse(properties.get(name)).data;
  const activeState = text('ActiveState');
  const subState = text('SubState');
  const loadState = text('LoadState');
  const unitFileState = text('UnitFileState');
  const result = text('Result');
  const activeSince = time('ActiveEnterTimestampMonotonic');
  const conditionSince = time('ConditionTimestampMonotonic');
  const job = Job.safeParse(properties.get('Job')).data;
  const condition = z.boolean().safeParse(properties.get('ConditionResult')).data;
  return {
    ...(activeState === undefined ? {} : { activeState }),
    ...(subState === undefined ? {} : { subState }),
    ...(job === undefined ? {} : { hasJob: job !== 0 }),
    ...(loadState === undefined ? {} : { loadState }),
    ...(unitFileState === undefined ? {} : { unitFileState }),
    ...(result === undefined ? {} : { result }),
    ...(activeSince === undefined ? {} : { hasBeenActive: activeSince > 0 }),
    ...(condition === undefined || conditionSince === undefined
      ? {}
      : { conditionHeld: conditionSince === 0 ? undefined : condition }),
  };
}
