import {
  type ConfigPath,
  type ConfigProblem,
  findUnknownName,
  formatSuggestion,
  getLastKey,
  type LoadedConfig,
} from '@trunkline/config';
import { findSecurityChoiceProblems } from '../features/authentication/security-references';
import { BUS_TAG, getTag } from '../openapi/create-openapi-document';

const CHANNELS = ['channels', 'rest'];
const OPENAPI = ['bus', 'http', 'openapi'];
const ASYNC_VALUES: ReadonlySet<unknown> = new Set([true, 'optional']);
const HEALTH_PATHS: ReadonlySet<unknown> = new Set(['/health/live', '/health/ready', '/health/detail']);

/**
 * Finds what is wrong between channels and the rest of a configuration: names that do not exist, and paths that are taken. Looks at
 * the files, not at valid values, so that one mistake in a channel does not hide another.
 *
 * @param services - names of all services; `undefined` when they are not all known, so that none is checked
 */
export function findChannelProblems(config: LoadedConfig, services: ReadonlySet<string> | undefined): ConfigProblem[] {
  return [
    ...(services ? findUnknownNames(config, 'service', services) : []),
    ...findUnknownNames(config, 'topic', new Set(config.listKeys(['topics']))),
    ...findDuplicateRoutes(config),
    ...findJobRouteConflicts(config),
    ...findBusRouteConflicts(config),
    ...findSecurityChoiceProblems(config),
    ...findTagProblems(config),
  ];
}

function findUnknownNames(config: LoadedConfig, key: 'service' | 'topic', known: ReadonlySet<string>): ConfigProblem[] {
  return config
    .listChildPaths(CHANNELS)
    .flatMap((channel) => findUnknownName(config, [...channel, key], { what: key, known }));
}

function findDuplicateRoutes(config: LoadedConfig): ConfigProblem[] {
  const taken = new Map<string, string>();
  return config.listChildPaths(CHANNELS).flatMap((channel) => {
    const { method, path } = readRoute(config, channel);
    if (typeof method !== 'string' || typeof path !== 'string') return [];
    const route = `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`;
    const other = taken.get(route);
    taken.set(route, getLastKey(channel));
    const message = `expected a unique method and path, but the channel ${other} has ${method} ${path}, too`;
    return other === undefined ? [] : [config.createProblem([...channel, 'path'], message)];
  });
}

/** With an asynchronous channel, the bus itself serves the status of jobs. */
function findJobRouteConflicts(config: LoadedConfig): ConfigProblem[] {
  const channels = config.listChildPaths(CHANNELS);
  if (!channels.some((channel) => ASYNC_VALUES.has(config.getRawValue([...channel, 'async'])))) return [];
  return channels
    .filter((channel) => {
      const { method, path } = readRoute(config, channel);
      return method === 'GET' && /^\/jobs\/\{[^}]*\}$/.test(String(path));
    })
    .map((channel) =>
      config.createProblem(
        [...channel, 'path'],
        'expected another path: with an async channel, the bus itself serves GET /jobs/{id}',
      ),
    );
}

/** A channel may take the default path of the OpenAPI document, but not one that the configuration sets for it. */
function findBusRouteConflicts(config: LoadedConfig): ConfigProblem[] {
  const errorPages = config.getRawValue(['bus', 'errors', 'typeBase']) ?? '/errors/';
  const openApiPaths = ['path', 'docs'].map((key) => config.getRawValue([...OPENAPI, key]));
  const isTaken = (path: string) =>
    HEALTH_PATHS.has(path) || openApiPaths.includes(path) || path.replace(/\{[^}]*\}$/, '') === errorPages;
  return config.listChildPaths(CHANNELS).flatMap((channel) => {
    const { method, path } = readRoute(config, channel);
    if (typeof path !== 'string' || !isTaken(path) || method !== 'GET') return [];
    return [config.createProblem([...channel, 'path'], `expected another path: the bus itself serves GET ${path}`)];
  });
}

/** The description of a tag that no channel has would never be shown. */
function findTagProblems(config: LoadedConfig): ConfigProblem[] {
  const known = new Set([BUS_TAG, ...config.listKeys(CHANNELS).map(getTag)]);
  return config.listChildPaths([...OPENAPI, 'tags']).flatMap((path) => {
    const tag = getLastKey(path);
    if (known.has(tag)) return [];
    const message = `expected the first word of a channel's name, but there is no ${tag}${formatSuggestion(tag, known)}`;
    return [config.createProblem(path, message)];
  });
}

function readRoute(config: LoadedConfig, channel: ConfigPath): { readonly method: unknown; readonly path: unknown } {
  return { method: config.getRawValue([...channel, 'method']), path: config.getRawValue([...channel, 'path']) };
}
