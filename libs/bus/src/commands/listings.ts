import { relative } from 'node:path';
import { type ConnectionExplanation } from '@trunkline/outgoing';
import { findServiceDeclaration, type ServiceDeclaration, type ShapeDeclaration } from '@trunkline/service';
import type { BusConfig } from '../config/bus-config';
import { loadPartialConfig, loadServicesConfig } from '../config/partial-config';
import { formatDestination } from '../assembly/channels/channel-destination';
import { createDescribedOutgoing } from '../assembly/create-outgoing';
import { loadConnectionsConfig } from './connections-config';
import { formatSchema } from './format-schema';
import { print, formatTable } from './output';

/** Options of all listings. */
export interface ListingOptions {
  readonly config: string;
  readonly json?: boolean;
}

interface ConnectionsOptions extends ListingOptions {
  /** Name of a connection whose policies are explained. */
  readonly explain?: string;
}

/** Runs `trunkline services`. */
export function listServices({ config, json = false }: ListingOptions): void {
  const loaded = loadServicesConfig(config);
  const services = [...listCodeServices(loaded), ...listYamlAdapters(loaded)].toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  if (json) print(JSON.stringify(services));
  else
    print(
      formatTable([
        ['SERVICE', 'INPUT', 'FROM', 'DESCRIPTION'],
        ...services.map(({ name, input, from, description }) => [name, input, from, description]),
      ]),
    );
}

/** Runs `trunkline channels`. */
export function listChannels({ config, json = false }: ListingOptions): void {
  const { channels } = loadPartialConfig(config, ['channels']);
  const rows = channels.map(({ name, kind, options }) => ({ name, kind, ...options }));
  if (json) print(JSON.stringify(rows));
  else
    print(
      formatTable([
        ['CHANNEL', 'KIND', 'METHOD', 'PATH', 'SERVICE'],
        ...rows.map((row) => [row.name, row.kind, row.method, row.path, formatDestination(row)]),
      ]),
    );
}

/** Runs `trunkline connections`. */
export function listConnections({ config, json = false, explain }: ConnectionsOptions): void {
  const loaded = loadConnectionsConfig(config);
  if (explain !== undefined) {
    const explanation = createDescribedOutgoing(loaded).explain(explain, (path) =>
      loaded.loaded.getRawValue(['outgoing', ...path]),
    );
    return print(json ? JSON.stringify(explanation) : formatExplanation(explanation));
  }
  const connections = createDescribedOutgoing(loaded).describe();
  if (json) print(JSON.stringify(connections));
  else print(connections.map((connection) => JSON.stringify(connection, undefined, 2)).join('\n'));
}

function formatExplanation({ name, url, layers }: ConnectionExplanation): string {
  const rows = layers.flatMap(({ layer, values }, depth) =>
    values.map(({ key, value, from }, index) => [
      index === 0 ? indentLayer(layer, depth) : '',
      key,
      String(value),
      from,
    ]),
  );
  return `${name}  ${String(url)}\n\n${formatTable([['POLICY', 'KEY', 'VALUE', 'FROM'], ...rows])}`;
}

function indentLayer(layer: string, depth: number): string {
  return depth === 0 ? layer : `${'  '.repeat(depth - 1)}└ ${layer}`;
}

interface ListedService {
  readonly name: string;
  readonly input: string;
  readonly from: string;
  readonly description: string;
}

function listCodeServices({ services, loaded }: BusConfig): ListedService[] {
  return services.flatMap(({ serviceClass, file }) => {
    const declaration = findServiceDeclaration(serviceClass);
    return declaration ? [toListedService(declaration, relative(loaded.root, file))] : [];
  });
}

function listYamlAdapters(config: BusConfig): ListedService[] {
  return createDescribedOutgoing(config)
    .listAdapters()
    .flatMap(({ kind, serviceClass }) => {
      const declaration = findServiceDeclaration(serviceClass);
      return declaration ? [toListedService(declaration, `outgoing.${kind}`)] : [];
    });
}

function toListedService({ name, input, description = '' }: ServiceDeclaration, from: string): ListedService {
  return { name, input: formatInput(input), from, description };
}

function formatInput(input: ShapeDeclaration | undefined): string {
  if (input === undefined) return 'anything';
  if (typeof input === 'string') return input;
  if (typeof input === 'function') return input.name;
  return '~standard' in input ? formatSchema(input) : input.join(', ');
}
