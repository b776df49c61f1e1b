import { relative } from 'node:path';
import { type ConnectionExplanation, OutgoingRest } from '@trunkline/outgoing';
import { declarationOf, type ServiceDeclaration, type ShapeDeclaration } from '@trunkline/service';
import { createLogger } from '@trunkline/telemetry';
import { type BusConfig, loadBusConfig, loadPartsOfConfig } from '../bus-config';
import { destinationOf } from '../topic-service';
import { loadConnectionsConfig } from './connections-config';
import { print, table } from './output';

interface ListingOptions {
  readonly config: string;
  readonly json?: boolean;
}

interface ConnectionsOptions extends ListingOptions {
  /** Name of the connection that all is to be told of. */
  readonly explain?: string;
}

/** `trunkline services` */
export function servicesCommand({ config, json = false }: ListingOptions): void {
  const loaded = loadBusConfig({ directory: config, otherServices: [] });
  const services = [...codeServices(loaded), ...yamlAdapters(loaded)].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (json) print(JSON.stringify(services));
  else
    print(
      table([
        ['SERVICE', 'INPUT', 'FROM', 'DESCRIPTION'],
        ...services.map(({ name, input, from, description }) => [name, input, from, description]),
      ]),
    );
}

/** `trunkline channels` */
export function channelsCommand({ config, json = false }: ListingOptions): void {
  const { channels } = loadPartsOfConfig(config, ['channels']);
  const rows = Object.entries(channels.rest).map(([name, channel]) => ({ name, ...channel }));
  if (json) print(JSON.stringify(rows));
  else
    print(
      table([
        ['CHANNEL', 'METHOD', 'PATH', 'SERVICE'],
        ...rows.map((row) => [row.name, row.method, row.path, destinationOf(row)]),
      ]),
    );
}

/** `trunkline connections` */
export function connectionsCommand({ config, json = false, explain }: ConnectionsOptions): void {
  const loaded = loadConnectionsConfig(config);
  if (explain !== undefined) {
    const explanation = outgoingOf(loaded).explain(explain, (path) => loaded.loaded.writtenAt(['outgoing', ...path]));
    return print(json ? JSON.stringify(explanation) : explanationText(explanation));
  }
  const connections = outgoingOf(loaded).describe();
  if (json) print(JSON.stringify(connections));
  else print(connections.map((connection) => JSON.stringify(connection, undefined, 2)).join('\n'));
}

function explanationText({ name, url, layers }: ConnectionExplanation): string {
  const rows = layers.flatMap(({ layer, values }, depth) =>
    values.map(({ key, value, from }, index) => [index === 0 ? nested(layer, depth) : '', key, String(value), from]),
  );
  return `${name}  ${String(url)}\n\n${table([['POLICY', 'KEY', 'VALUE', 'FROM'], ...rows])}`;
}

function nested(layer: string, depth: number): string {
  return depth === 0 ? layer : `${'  '.repeat(depth - 1)}└ ${layer}`;
}

interface ListedService {
  readonly name: string;
  readonly input: string;
  readonly from: string;
  readonly description: string;
}

function codeServices({ services, loaded }: BusConfig): ListedService[] {
  return services.flatMap(({ serviceClass, file }) => {
    const declaration = declarationOf(serviceClass);
    return declaration ? [listed(declaration, relative(loaded.root, file))] : [];
  });
}

function yamlAdapters(config: BusConfig): ListedService[] {
  return outgoingOf(config)
    .services()
    .flatMap((serviceClass) => {
      const declaration = declarationOf(serviceClass);
      return declaration ? [listed(declaration, 'outgoing.rest')] : [];
    });
}

function outgoingOf({ outgoing, security }: BusConfig): OutgoingRest {
  return new OutgoingRest({
    outgoing,
    security: security.credentials,
    logger: createLogger({ level: 'error', destination: process.stderr }),
  });
}

function listed({ name, input, description = '' }: ServiceDeclaration, from: string): ListedService {
  return { name, input: inputText(input), from, description };
}

function inputText(input: ShapeDeclaration | undefined): string {
  if (input === undefined) return 'anything';
  if (typeof input === 'string') return input;
  if (typeof input === 'function') return input.name;
  return '~standard' in input ? `${input['~standard'].vendor} schema` : input.join(', ');
}
