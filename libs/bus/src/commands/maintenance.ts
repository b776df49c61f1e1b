import { dirname, resolve } from 'node:path';
import { listChannelNames } from '@trunkline/channels';
import { formatSuggestion } from '@trunkline/config';
import type { MaintenanceWindow } from '@trunkline/http-server';
import { formatDuration } from '@trunkline/time';
import { loadPartialConfig } from '../config/partial-config';
import { MaintenanceFile, type RequestedMaintenance } from '../lifecycle/maintenance/maintenance-file';
import { print } from './output';
import { UsageError } from './usage-error';

interface MaintenanceOptions {
  readonly config: string;
  /** A channel, instead of the whole bus. */
  readonly channel?: string;
}

/** Runs `trunkline maintenance on [--retry-after 10m] [--until TIME] [--channel NAME]`. */
export function startMaintenance({ config, channel, retryAfter, until }: MaintenanceOptions & MaintenanceWindow): void {
  const window = { ...(retryAfter !== undefined && { retryAfter }), ...(until !== undefined && { until }) };
  if (channel !== undefined) assertChannel(config, channel);
  updateFile(config, (before) =>
    channel === undefined
      ? { ...before, bus: window }
      : { ...before, channels: { ...before.channels, [channel]: window } },
  );
}

/**
 * Runs `trunkline maintenance off [--channel NAME]`: ends maintenance of the bus and all channels, or of one channel, which may have
 * been removed from the configuration.
 */
export function endMaintenance({ config, channel }: MaintenanceOptions): void {
  updateFile(config, ({ bus, channels }) => {
    if (channel === undefined) return { channels: {} };
    if (!Object.hasOwn(channels, channel)) assertChannel(config, channel);
    const others = Object.entries(channels).filter(([name]) => name !== channel);
    return { ...(bus && { bus }), channels: Object.fromEntries(others) };
  });
}

/** Runs `trunkline maintenance status [--json]`. */
export function showMaintenance({ config, json }: MaintenanceOptions & { readonly json?: boolean }): void {
  const ordered = openMaintenanceFile(config).read();
  print(json === true ? JSON.stringify(ordered) : describeMaintenance(ordered).join('\n'));
}

function updateFile(config: string, next: (before: RequestedMaintenance) => RequestedMaintenance): void {
  const file = openMaintenanceFile(config);
  const ordered = next(file.read());
  file.write(ordered);
  print([...describeMaintenance(ordered), 'A running bus applies this within a second.'].join('\n'));
}

function openMaintenanceFile(config: string): MaintenanceFile {
  return new MaintenanceFile(dirname(resolve(config)));
}

function assertChannel(config: string, name: string): void {
  const names = listChannelNames(loadPartialConfig(config, []).loaded);
  if (!names.includes(name)) throw new UsageError(`there is no channel ${name}${formatSuggestion(name, names)}`);
}

function describeMaintenance({ bus, channels }: RequestedMaintenance): string[] {
  const lines = Object.entries(channels).map(
    ([name, window]) => `The channel ${name} is in maintenance${formatWindow(window)}.`,
  );
  if (bus) lines.unshift(`The bus is in maintenance${formatWindow(bus)}.`);
  return lines.length > 0 ? lines : ['Nothing is in maintenance by command.'];
}

function formatWindow({ until, retryAfter }: MaintenanceWindow): string {
  const parts = [
    ...(until === undefined ? [] : [`until ${until}`]),
    ...(retryAfter === undefined ? [] : [`Retry-After ${formatDuration(retryAfter)}`]),
  ];
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}
