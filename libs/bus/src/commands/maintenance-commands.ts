import { parseDuration } from '@trunkline/time';
import { type Command, InvalidArgumentError } from 'commander';
import { load } from './load';

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;
const CHANNEL_OPTION = ['--channel <name>', 'this channel alone'] as const;

/** Adds `maintenance`, with what can be done about it. */
export function addMaintenanceCommands(trunkline: Command): void {
  const maintenance = trunkline
    .command('maintenance')
    .description('have requests answered with 503 MAINTENANCE while something is worked on');
  maintenance
    .command('on')
    .description('begin; a running bus sees it within a second')
    .option('--retry-after <duration>', 'what Retry-After says, such as 10m', parseDurationMs)
    .option('--until <time>', 'when it ends by itself, such as 2026-11-21T18:00:00Z', parseInstant)
    .option(...CHANNEL_OPTION)
    .action((_options, command: Command) => load.maintenance().startMaintenance(command.optsWithGlobals()));
  maintenance
    .command('off')
    .description('end it: of the bus and of all channels, or of one')
    .option(...CHANNEL_OPTION)
    .action((_options, command: Command) => load.maintenance().endMaintenance(command.optsWithGlobals()));
  maintenance
    .command('status', { isDefault: true })
    .description('say what is in maintenance by command')
    .option('--json', 'print JSON')
    .action((_options, command: Command) => load.maintenance().showMaintenance(command.optsWithGlobals()));
}

function parseDurationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new InvalidArgumentError('It takes a duration, such as 90s, 10m or 2h.');
}

function parseInstant(text: string): string {
  const ms = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new InvalidArgumentError('It takes a time with its zone, such as 2026-11-21T18:00:00Z.');
  if (ms <= Date.now()) throw new InvalidArgumentError('It takes a time that is still to come.');
  return new Date(ms).toISOString();
}
