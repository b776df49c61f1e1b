import { parseDuration } from '@trunkline/time';
import { type Command, InvalidArgumentError } from 'commander';
import { load } from './load';

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;
const CHANNEL_OPTION = ['--channel <name>', 'one channel instead of the bus'] as const;

/** Adds `maintenance`, with its subcommands. */
export function addMaintenanceCommands(trunkline: Command): void {
  const maintenance = trunkline
    .command('maintenance')
    .description('reject requests with 503 MAINTENANCE during maintenance');
  maintenance
    .command('on')
    .description('start maintenance; a running bus applies it within a second')
    .option('--retry-after <duration>', 'value of Retry-After, such as 10m', parseDurationMs)
    .option('--until <time>', 'time at which it ends by itself, such as 2026-11-21T18:00:00Z', parseInstant)
    .option(...CHANNEL_OPTION)
    .action((_options, command: Command) => load.maintenance().startMaintenance(command.optsWithGlobals()));
  maintenance
    .command('off')
    .description('end maintenance of the bus and all channels, or of one channel')
    .option(...CHANNEL_OPTION)
    .action((_options, command: Command) => load.maintenance().endMaintenance(command.optsWithGlobals()));
  maintenance
    .command('status', { isDefault: true })
    .description('print what is in maintenance by this command')
    .option('--json', 'print JSON')
    .action((_options, command: Command) => load.maintenance().showMaintenance(command.optsWithGlobals()));
}

function parseDurationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new InvalidArgumentError('Expected a duration, such as 90s, 10m or 2h.');
}

function parseInstant(text: string): string {
  const ms = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new InvalidArgumentError('Expected a time with its zone, such as 2026-11-21T18:00:00Z.');
  if (ms <= Date.now()) throw new InvalidArgumentError('Expected a time in the future.');
  return new Date(ms).toISOString();
}
