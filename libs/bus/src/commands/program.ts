import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ListingOptions } from './listings';
import { addHashKeyCommand } from './hash-key-command';
import { addJobCommands } from './job-commands';
import { load } from './load';
import { addMaintenanceCommands } from './maintenance-commands';

const MAX_WORKERS = 1_024;

/** Creates the `trunkline` command. Every subcommand takes `--config DIR`. */
export function createProgram(version: string): Command {
  const trunkline = new Command('trunkline')
    .description('An integration bus for TypeScript on NestJS')
    .version(version)
    .showHelpAfterError()
    .configureHelp({ showGlobalOptions: true })
    .addOption(new Option('--config <dir>', 'config directory').default('config'));
  addStartCommand(trunkline);
  trunkline
    .command('check')
    .description(
      'validate the configuration and the services it loads, and print every problem; exit code 78 if there is one',
    )
    .option('--json', 'print JSON')
    .action((_options, command: Command) => load.check().checkConfig(command.optsWithGlobals()));
  addListingCommand(trunkline, 'services', 'list the services with their input and source', (options) =>
    load.listings().listServices(options),
  );
  addListingCommand(trunkline, 'channels', 'list the channels', (options) => load.listings().listChannels(options));
  addConnectionCommands(trunkline);
  trunkline
    .command('invoke')
    .argument('<name>', 'name of the service')
    .description('invoke a service and print its payload; exit code 1 if it fails')
    .option('--input <json>', 'input of the service', '{}')
    .option('--json', 'print JSON on one line')
    .action((name: string, _options, command: Command) =>
      load.invoke().invokeService({ ...command.optsWithGlobals(), name }),
    );
  addMaintenanceCommands(trunkline);
  addHashKeyCommand(trunkline);
  addJobCommands(trunkline);
  addSchemaCommands(trunkline);
  return trunkline;
}

function addConnectionCommands(trunkline: Command): void {
  trunkline
    .command('connections')
    .description('list the outgoing connections with the values in force')
    .option(
      '--explain <name>',
      'print the policies of one connection from the outside in, with the source of each value',
    )
    .option('--json', 'print JSON')
    .action((_options, command: Command) => load.listings().listConnections(command.optsWithGlobals()));
  trunkline
    .command('ping')
    .argument('[name]', 'name of a connection; default: all')
    .description('ping the upstreams; exit code 1 if one is down')
    .option('--json', 'print JSON')
    .action((name: string | undefined, _options, command: Command) =>
      load.ping().pingConnections({ ...command.optsWithGlobals(), name }),
    );
}

/** Adds the commands that print machine-readable descriptions. */
function addSchemaCommands(trunkline: Command): void {
  trunkline
    .command('openapi')
    .description('print the OpenAPI 3.1 document of the channels')
    .action((_options, command: Command) => load.openApi().printOpenApi(command.optsWithGlobals()));
  trunkline
    .command('schema')
    .description('print the JSON Schema of the configuration, for editors')
    .option('--markdown', 'print the reference page instead')
    .action((_options, command: Command) => load.schema().printConfigSchema(command.optsWithGlobals()));
}

function addStartCommand(trunkline: Command): void {
  trunkline
    .command('start')
    .description('run the bus')
    .option('--port <n>', 'listen on this port instead of bus.http.port', parsePort)
    .addOption(
      new Option('--role <role>', 'work of this host: channels, jobs or both')
        .choices(['http', 'worker', 'all'])
        .default('all'),
    )
    .option('--workers <n>', 'number of processes on the port; auto: one per CPU', parseWorkerCount)
    .action((_options, command: Command) => load.start().runBus(command.optsWithGlobals()));
}

function addListingCommand(
  trunkline: Command,
  name: string,
  description: string,
  action: (options: ListingOptions) => void,
): void {
  trunkline
    .command(name)
    .description(description)
    .option('--json', 'print JSON')
    .action((_options, command: Command) => action(command.optsWithGlobals()));
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('Expected an integer from 0 to 65535.');
}

function parseWorkerCount(text: string): number {
  if (text === 'auto') return availableParallelism();
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MAX_WORKERS) return count;
  throw new InvalidArgumentError(`Expected an integer from 1 to ${MAX_WORKERS}, or auto.`);
}
