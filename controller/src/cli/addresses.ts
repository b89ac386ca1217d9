import { InvalidArgumentError } from 'commander';
import type { Configuration } from '../configuration/index.ts';

const ownNames: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/** Reads `HOST:PORT`, for commander. */
export function hostAndPort(text: string): { host: string; port: number } {
  const parts = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text);
  const port = Number(parts?.[3]);
  if (parts === null || port > 65_535) throw new InvalidArgumentError('It must be HOST:PORT.');
  return { host: parts[1] ?? parts[2] ?? '', port };
}

/** The same, kept as the text that it is. */
export function address(text: string): string {
  hostAndPort(text);
  return text;
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Where endpoints reach the controller: its first name that is not only its own. */
export function agentsAddress({ names, agents }: Configuration): string {
  return `${bracketed(names.find((name) => !ownNames.includes(name)) ?? names[0] ?? 'localhost')}:${agents.port}`;
}

/** Where people reach the dashboard: on this machine only, where it listens on loopback. */
export function webAddress({ names, web }: Configuration): string {
  const local = ownNames.includes(web.host);
  const name = names.find((candidate) => ownNames.includes(candidate) === local) ?? names[0] ?? 'localhost';
  return `https://${bracketed(name)}:${web.port}`;
}
