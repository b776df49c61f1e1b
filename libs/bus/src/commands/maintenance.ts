import { dirname, resolve } from 'node:path';
import { didYouMean } from '@trunkline/config';
import { formatDuration } from '@trunkline/time';
import { loadPartsOfConfig } from '../bus-config';
import { MaintenanceFile, type OrderedClosures } from '../maintenance/maintenance-file';
import { print } from './output';
import { UsageError } from './usage-error';

interface Where {
  readonly config: string;
  /** One channel instead of the whole bus. */
  readonly channel?: string;
}

type Closure = NonNullable<OrderedClosures['bus']>;

/** `trunkline maintenance on [--retry-after 10m] [--until TIME] [--channel NAME]` */
export function maintenanceOnCommand({ config, channel, retryAfter, until }: Where & Closure): void {
  const closure = { ...(retryAfter !== undefined && { retryAfter }), ...(until !== undefined && { until }) };
  if (channel !== undefined) assertChannel(config, channel);
  change(config, (before) =>
    channel === undefined
      ? { ...before, bus: closure }
      : { ...before, channels: { ...before.channels, [channel]: closure } },
  );
}

/**
 * `trunkline maintenance off [--channel NAME]`: without a channel, of the bus and of all channels. What is off already stays off;
 * a channel that is no longer configured can still be taken out.
 */
export function maintenanceOffCommand({ config, channel }: Where): void {
  change(config, ({ bus, channels }) => {
    if (channel === undefined) return { channels: {} };
    if (!Object.hasOwn(channels, channel)) assertChannel(config, channel);
    const others = Object.entries(channels).filter(([name]) => name !== channel);
    return { ...(bus && { bus }), channels: Object.fromEntries(others) };
  });
}

/** `trunkline maintenance status [--json]` */
export function maintenanceStatusCommand({ config, json }: Where & { readonly json?: boolean }): void {
  const ordered = fileOf(config).read();
  print(json === true ? JSON.stringify(ordered) : describe(ordered).join('\n'));
}

function change(config: string, next: (before: OrderedClosures) => OrderedClosures): void {
  const file = fileOf(config);
  const ordered = next(file.read());
  file.write(ordered);
  print([...describe(ordered), 'A running bus sees it within a second.'].join('\n'));
}

function fileOf(config: string): MaintenanceFile {
  return new MaintenanceFile(dirname(resolve(config)));
}

function assertChannel(config: string, name: string): void {
  const names = loadPartsOfConfig(config, []).loaded.keysAt(['channels', 'rest']);
  if (!names.includes(name)) throw new UsageError(`there is no channel ${name}${didYouMean(name, names)}`);
}

function describe({ bus, channels }: OrderedClosures): string[] {
  const lines = Object.entries(channels).map(
    ([name, closure]) => `The channel ${name} is in maintenance${terms(closure)}.`,
  );
  if (bus) lines.unshift(`The bus is in maintenance${terms(bus)}.`);
  return lines.length > 0 ? lines : ['Nothing is in maintenance by command.'];
}

function terms({ until, retryAfter }: Closure): string {
  const parts = [
    ...(until === undefined ? [] : [`until ${until}`]),
    ...(retryAfter === undefined ? [] : [`Retry-After ${formatDuration(retryAfter)}`]),
  ];
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}
