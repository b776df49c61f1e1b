import {
  type ConfigPath,
  type ConfigProblem,
  findUnknownName,
  formatPath,
  formatSuggestion,
  getLastKey,
  type LoadedConfig,
} from '@trunkline/config';
import type { ChannelKind, UncheckedRoute } from '../channel-kind';
import { findSecurityChoiceProblems } from '../features/authentication/security-references';
import { channelKinds } from '../kinds';
import { BUS_TAG, getTag } from '../openapi/tag';

const OPENAPI = ['bus', 'http', 'openapi'];
const ASYNC_VALUES: ReadonlySet<unknown> = new Set([true, 'optional']);
const HEALTH_PATHS: ReadonlySet<unknown> = new Set(['/health/live', '/health/ready', '/health/detail']);

/** A channel in the files. */
interface ListedChannel {
  readonly kind: ChannelKind;
  readonly path: ConfigPath;
  readonly routes: readonly UncheckedRoute[];
}

/**
 * Finds what is wrong between channels and the rest of a configuration: names that do not exist, and names and paths that are taken, by
 * channels of any kind. Looks at the files, not at valid values, so that one mistake in a channel does not hide another.
 *
 * @param services - names of all services; `undefined` when they are not all known, so that none is checked
 */
export function findChannelProblems(
  config: LoadedConfig,
  services: ReadonlySet<string> | undefined,
  kinds: readonly ChannelKind[] = channelKinds,
): ConfigProblem[] {
  const channels = kinds.flatMap((kind) => listChannels(config, kind));
  const paths = channels.map(({ path }) => path);
  return [
    ...(services ? findUnknownNames(config, paths, { what: 'service', known: services }) : []),
    ...findUnknownNames(config, paths, { what: 'topic', known: new Set(config.listKeys(['topics'])) }),
    ...findDuplicateNames(config, paths),
    ...findDuplicateRoutes(config, channels),
    ...findJobRouteConflicts(config, channels),
    ...findBusRouteConflicts(config, channels),
    ...findSecurityChoiceProblems(config, paths),
    ...findTagProblems(config, paths.map(getLastKey)),
    ...channels.flatMap(({ kind, path }) => kind.findProblems?.(config, path) ?? []),
  ];
}

/** Lists the names of the channels of all kinds, as the files have them. */
export function listChannelNames(config: LoadedConfig): readonly string[] {
  return channelKinds.flatMap((kind) => config.listKeys(['channels', kind.name]));
}

function listChannels(config: LoadedConfig, kind: ChannelKind): ListedChannel[] {
  return config.listChildPaths(['channels', kind.name]).map((path) => {
    const routes = kind.readRoutes((key) => config.getRawValue([...path, key]));
    return { kind, path, routes };
  });
}

function findUnknownNames(
  config: LoadedConfig,
  channels: readonly ConfigPath[],
  name: { readonly what: 'service' | 'topic'; readonly known: ReadonlySet<string> },
): ConfigProblem[] {
  return channels.flatMap((channel) => findUnknownName(config, [...channel, name.what], name));
}

/** Operators and clients know a channel by its name alone. */
function findDuplicateNames(config: LoadedConfig, channels: readonly ConfigPath[]): ConfigProblem[] {
  const taken = new Map<string, ConfigPath>();
  return channels.flatMap((channel) => {
    const other = taken.get(getLastKey(channel));
    taken.set(getLastKey(channel), channel);
    return other
      ? [config.createProblem(channel, `expected a unique name, but there is ${formatPath(other)}, too`)]
      : [];
  });
}

function findDuplicateRoutes(config: LoadedConfig, channels: readonly ListedChannel[]): ConfigProblem[] {
  const taken = new Map<string, string>();
  return findRouteProblems(config, channels, ({ method, path }, channel) => {
    if (typeof method !== 'string' || typeof path !== 'string') return undefined;
    const route = `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`;
    const other = taken.get(route);
    taken.set(route, getLastKey(channel));
    return other === undefined
      ? undefined
      : `expected a unique method and path, but the channel ${other} has ${method} ${path}, too`;
  });
}

/** With an asynchronous channel, the bus itself serves the status of jobs. */
function findJobRouteConflicts(config: LoadedConfig, channels: readonly ListedChannel[]): ConfigProblem[] {
  if (!channels.some(({ routes }) => routes.some((route) => ASYNC_VALUES.has(route.async)))) return [];
  return findRouteProblems(config, channels, ({ method, path }) =>
    method === 'GET' && /^\/jobs\/\{[^}]*\}$/.test(String(path))
      ? 'expected another path: with an async channel, the bus itself serves GET /jobs/{id}'
      : undefined,
  );
}

/** A channel may take the default path of the OpenAPI document, but not one that the configuration sets for it. */
function findBusRouteConflicts(config: LoadedConfig, channels: readonly ListedChannel[]): ConfigProblem[] {
  const errorPages = config.getRawValue(['bus', 'errors', 'typeBase']) ?? '/errors/';
  const openApiPaths = ['path', 'docs'].map((key) => config.getRawValue([...OPENAPI, key]));
  const isTaken = (path: string) =>
    HEALTH_PATHS.has(path) || openApiPaths.includes(path) || path.replace(/\{[^}]*\}$/, '') === errorPages;
  return findRouteProblems(config, channels, ({ method, path }) =>
    method === 'GET' && typeof path === 'string' && isTaken(path)
      ? `expected another path: the bus itself serves GET ${path}`
      : undefined,
  );
}

/** @param check - returns what is wrong with a route */
function findRouteProblems(
  config: LoadedConfig,
  channels: readonly ListedChannel[],
  check: (route: UncheckedRoute, channel: ConfigPath) => string | undefined,
): ConfigProblem[] {
  return channels.flatMap(({ path, routes }) =>
    routes.flatMap((route) => {
      const message = check(route, path);
      return message === undefined ? [] : [config.createProblem([...path, 'path'], message)];
    }),
  );
}

/** The description of a tag that no channel has would never be shown. */
function findTagProblems(config: LoadedConfig, channels: readonly string[]): ConfigProblem[] {
  const known = new Set([BUS_TAG, ...channels.map(getTag)]);
  return config.listChildPaths([...OPENAPI, 'tags']).flatMap((path) => {
    const tag = getLastKey(path);
    if (known.has(tag)) return [];
    const message = `expected the first word of a channel's name, but there is no ${tag}${formatSuggestion(tag, known)}`;
    return [config.createProblem(path, message)];
  });
}
