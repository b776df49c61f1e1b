import cluster from 'node:cluster';
import { OutgoingConnections } from '@trunkline/outgoing';
import type { Bus } from '../bus';
import { formatDestination } from '../assembly/channels/channel-destination';

/** Commands such as `trunkline services` print the full lists. */
const MAX_LISTED_NAMES = 50;

/** Announces the address of a bus, what it has loaded and how to stop it: as text on a terminal, otherwise as one log line. */
export function announce(bus: Bus): void {
  const { channels } = bus.config;
  const routes = channels.map(({ options }) => `${options.method} ${options.path} -> ${formatDestination(options)}`);
  const services = bus.registry.list().map(({ name }) => name);
  const connections = bus.app.get(OutgoingConnections).names();
  if (!process.stdout.isTTY) {
    const loaded = {
      services: truncateList(services),
      channels: truncateList(routes),
      connections: truncateList(connections),
    };
    bus.logger.info(
      { url: bus.url, pid: process.pid, ...(cluster.worker && { worker: cluster.worker.id }), ...loaded },
      'listening; stop with Ctrl-C or SIGTERM',
    );
    return;
  }
  if (cluster.worker && cluster.worker.id > 1) return;
  const text = [
    `${bus.config.bus.name} listens on ${bus.url}`,
    ...formatList('services', services),
    ...formatList('channels', routes),
    ...formatList('connections', connections),
    'Stop it with Ctrl-C.',
  ];
  process.stdout.write(`${text.join('\n')}\n`);
}

function formatList(title: string, names: readonly string[]): string[] {
  return [`${names.length} ${title}`, ...truncateList(names).map((name) => `  ${name}`)];
}

function truncateList(names: readonly string[]): string[] {
  const more = names.length - MAX_LISTED_NAMES;
  return more > 0 ? [...names.slice(0, MAX_LISTED_NAMES), `and ${more} more`] : [...names];
}
