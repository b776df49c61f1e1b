import { type ConfigPath, type ConfigProblem, formatSuggestion, type LoadedConfig } from '@trunkline/config';
import { BUS_TAG, getTag } from '@trunkline/channels';
import { findSecurityProblems } from './security-references';

const ASYNC_VALUES = new Set<unknown>([true, 'optional']);

/**
 * What no single section can see: names that nothing stands behind, and two channels on one method and path. Looks at what is
 * written, not at what is valid, so that one mistake in a channel does not hide another.
 *
 * @param services - names of the services in code; `undefined` when they are not all known, so that nothing is said of them
 */
export function findReferenceProblems(config: LoadedConfig, services: readonly string[] | undefined): ConfigProblem[] {
  return [
    ...findAdapterProblems(config, services ?? []),
    ...(services ? findServiceProblems(config, [...services, ...listAdapters(config).map(getLastKey)]) : []),
    ...findTopicProblems(config),
    ...findDuplicateRoutes(config),
    ...findJobRouteConflicts(config),
    ...findBusRouteConflicts(config),
    ...findSecurityProblems(config),
    ...findChaosProblems(config),
    ...findTagProblems(config),
  ];
}

/** Where the services are that are declared in YAML, as adapters of connections. */
function listAdapters(config: LoadedConfig): ConfigPath[] {
  return listChildPaths(config, ['outgoing', 'rest']).flatMap((connection) =>
    listChildPaths(config, [...connection, 'services']),
  );
}

function findAdapterProblems(config: LoadedConfig, services: readonly string[]): ConfigProblem[] {
  const taken = new Set(services);
  return listAdapters(config).flatMap((path) => {
    const name = getLastKey(path);
    const isTaken = taken.has(name);
    taken.add(name);
    const message = `expected a name of its own, but another service is named ${name}`;
    return isTaken ? [config.createProblem(path, message)] : [];
  });
}

/** Channels, schedules and subscribers of topics name services; `bus.jobs.services` has them as keys. */
function findServiceProblems(config: LoadedConfig, services: readonly string[]): ConfigProblem[] {
  const known = new Set(services);
  const named = [
    ...listChildPaths(config, ['channels', 'rest']),
    ...listChildPaths(config, ['schedule']),
    ...listChildPaths(config, ['topics']).flatMap((topic) => listItems(config, [...topic, 'subscribers'])),
  ];
  return [
    ...named.flatMap((path) => findUnknownName(config, [...path, 'service'], { what: 'service', known })),
    ...listChildPaths(config, ['bus', 'jobs', 'services'])
      .filter((path) => !known.has(getLastKey(path)))
      .map((path) =>
        config.createProblem(
          path,
          `there is no service ${getLastKey(path)}${formatSuggestion(getLastKey(path), known)}`,
        ),
      ),
  ];
}

/** Channels name topics. */
function findTopicProblems(config: LoadedConfig): ConfigProblem[] {
  const known = new Set(listChildPaths(config, ['topics']).map(getLastKey));
  return listChildPaths(config, ['channels', 'rest']).flatMap((channel) =>
    findUnknownName(config, [...channel, 'topic'], { what: 'topic', known }),
  );
}

function listItems(config: LoadedConfig, path: ConfigPath): ConfigPath[] {
  const items = config.getRawValue(path);
  return Array.isArray(items) ? items.map((_item, index) => [...path, index]) : [];
}

/** A rehearsal that gets into production with a file that was copied is what this is to prevent. */
function findChaosProblems(config: LoadedConfig): ConfigProblem[] {
  if (config.getRawValue(['bus', 'chaos']) === true) return [];
  return listChildPaths(config, ['outgoing', 'rest'])
    .map((connection) => [...connection, 'chaos'])
    .filter((path) => config.getRawValue(path) !== undefined)
    .map((path) => config.createProblem(path, 'expected no `chaos` as long as `bus.chaos` is not true'));
}

/** Descriptions of tags that no channel has would never be seen. */
function findTagProblems(config: LoadedConfig): ConfigProblem[] {
  const known = new Set([
    BUS_TAG,
    ...listChildPaths(config, ['channels', 'rest']).map((channel) => getTag(getLastKey(channel))),
  ]);
  return listChildPaths(config, ['bus', 'http', 'openapi', 'tags'])
    .filter((path) => !known.has(getLastKey(path)))
    .map((path) => {
      const tag = getLastKey(path);
      return config.createProblem(
        path,
        `expected the first word of a channel's name, but there is no ${tag}${formatSuggestion(tag, known)}`,
      );
    });
}

function findUnknownName(
  config: LoadedConfig,
  path: ConfigPath,
  { what, known }: { readonly what: string; readonly known: ReadonlySet<string> },
): ConfigProblem[] {
  const name = config.getRawValue(path);
  if (typeof name !== 'string' || known.has(name)) return [];
  return [config.createProblem(path, `there is no ${what} ${name}${formatSuggestion(name, known)}`)];
}

function findDuplicateRoutes(config: LoadedConfig): ConfigProblem[] {
  const taken = new Map<string, string>();
  return listChildPaths(config, ['channels', 'rest']).flatMap((channel) => {
    const method = config.getRawValue([...channel, 'method']);
    const path = config.getRawValue([...channel, 'path']);
    if (typeof method !== 'string' || typeof path !== 'string') return [];
    const route = `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`;
    const other = taken.get(route);
    taken.set(route, getLastKey(channel));
    const message = `expected a method and path of its own, but the channel ${other} has ${method} ${path}, too`;
    return other === undefined ? [] : [config.createProblem([...channel, 'path'], message)];
  });
}

/** Where jobs are asked for is no place for a channel. */
function findJobRouteConflicts(config: LoadedConfig): ConfigProblem[] {
  const channels = listChildPaths(config, ['channels', 'rest']);
  const isAsync = channels.some((channel) => ASYNC_VALUES.has(config.getRawValue([...channel, 'async'])));
  const taken = channels.filter(
    (channel) =>
      config.getRawValue([...channel, 'method']) === 'GET' &&
      /^\/jobs\/\{[^}]*\}$/.test(String(config.getRawValue([...channel, 'path']))),
  );
  const message = 'expected another path: with a channel that is async, clients ask for jobs at GET /jobs/{id}';
  return isAsync ? taken.map((channel) => config.createProblem([...channel, 'path'], message)) : [];
}

/** What the bus itself answers, whoever asks for it. */
const HEALTH_PATHS: ReadonlySet<unknown> = new Set(['/health/live', '/health/ready', '/health/detail']);

/** Where the bus itself answers is no place for a channel. */
function findBusRouteConflicts(config: LoadedConfig): ConfigProblem[] {
  const errorPages = config.getRawValue(['bus', 'errors', 'typeBase']) ?? '/errors/';
  const described = readDescriptionPaths(config);
  const isTaken = (path: string) =>
    HEALTH_PATHS.has(path) || described.has(path) || path.replace(/\{[^}]*\}$/, '') === errorPages;
  return listChildPaths(config, ['channels', 'rest']).flatMap((channel) => {
    const path = config.getRawValue([...channel, 'path']);
    if (typeof path !== 'string' || !isTaken(path) || config.getRawValue([...channel, 'method']) !== 'GET') return [];
    return [config.createProblem([...channel, 'path'], `expected another path: the bus itself answers GET ${path}`)];
  });
}

/** A channel may take the path that the description has by default, but not the one that it was given. */
function readDescriptionPaths(config: LoadedConfig): ReadonlySet<unknown> {
  const place = ['bus', 'http', 'openapi'];
  return new Set([config.getRawValue([...place, 'path']), config.getRawValue([...place, 'docs'])]);
}

function listChildPaths(config: LoadedConfig, path: ConfigPath): ConfigPath[] {
  return config.listKeys(path).map((key) => [...path, key]);
}

function getLastKey(path: ConfigPath): string {
  return String(path.at(-1));
}
