import { type ConfigPath, type ConfigProblem, didYouMean, type LoadedConfig } from '@trunkline/config';
import { BUS_TAG, tagOf } from '@trunkline/channels';
import { securityProblems } from './security-references';

const ASYNC = new Set<unknown>([true, 'optional']);

/**
 * What no single section can see: names that nothing stands behind, and two channels on one method and path. Looks at what is
 * written, not at what is valid, so that one mistake in a channel does not hide another.
 *
 * @param services - names of the services in code; `undefined` when they are not all known, so that nothing is said of them
 */
export function referenceProblems(config: LoadedConfig, services: readonly string[] | undefined): ConfigProblem[] {
  return [
    ...adapterProblems(config, services ?? []),
    ...(services ? serviceProblems(config, [...services, ...adapters(config).map(nameOf)]) : []),
    ...topicProblems(config),
    ...sameRoutes(config),
    ...jobRoutes(config),
    ...busRoutes(config),
    ...securityProblems(config),
    ...chaosProblems(config),
    ...tagProblems(config),
  ];
}

/** Where the services are that are declared in YAML, as adapters of connections. */
function adapters(config: LoadedConfig): ConfigPath[] {
  return below(config, ['outgoing', 'rest']).flatMap((connection) => below(config, [...connection, 'services']));
}

function adapterProblems(config: LoadedConfig, services: readonly string[]): ConfigProblem[] {
  const taken = new Set(services);
  return adapters(config).flatMap((path) => {
    const name = nameOf(path);
    const isTaken = taken.has(name);
    taken.add(name);
    const message = `expected a name of its own, but another service is named ${name}`;
    return isTaken ? [config.problem(path, message)] : [];
  });
}

/** Channels, schedules and subscribers of topics name services; `bus.jobs.services` has them as keys. */
function serviceProblems(config: LoadedConfig, services: readonly string[]): ConfigProblem[] {
  const known = new Set(services);
  const named = [
    ...below(config, ['channels', 'rest']),
    ...below(config, ['schedule']),
    ...below(config, ['topics']).flatMap((topic) => itemsOf(config, [...topic, 'subscribers'])),
  ];
  return [
    ...named.flatMap((path) => unknownName(config, [...path, 'service'], { what: 'service', known })),
    ...below(config, ['bus', 'jobs', 'services'])
      .filter((path) => !known.has(nameOf(path)))
      .map((path) => config.problem(path, `there is no service ${nameOf(path)}${didYouMean(nameOf(path), known)}`)),
  ];
}

/** Channels name topics. */
function topicProblems(config: LoadedConfig): ConfigProblem[] {
  const known = new Set(below(config, ['topics']).map(nameOf));
  return below(config, ['channels', 'rest']).flatMap((channel) =>
    unknownName(config, [...channel, 'topic'], { what: 'topic', known }),
  );
}

function itemsOf(config: LoadedConfig, path: ConfigPath): ConfigPath[] {
  const items = config.writtenAt(path);
  return Array.isArray(items) ? items.map((_item, index) => [...path, index]) : [];
}

/** A rehearsal that gets into production with a file that was copied is what this is to prevent. */
function chaosProblems(config: LoadedConfig): ConfigProblem[] {
  if (config.writtenAt(['bus', 'chaos']) === true) return [];
  return below(config, ['outgoing', 'rest'])
    .map((connection) => [...connection, 'chaos'])
    .filter((path) => config.writtenAt(path) !== undefined)
    .map((path) => config.problem(path, 'expected no `chaos` as long as `bus.chaos` is not true'));
}

/** Descriptions of tags that no channel has would never be seen. */
function tagProblems(config: LoadedConfig): ConfigProblem[] {
  const known = new Set([BUS_TAG, ...below(config, ['channels', 'rest']).map((channel) => tagOf(nameOf(channel)))]);
  return below(config, ['bus', 'http', 'openapi', 'tags'])
    .filter((path) => !known.has(nameOf(path)))
    .map((path) => {
      const tag = nameOf(path);
      return config.problem(
        path,
        `expected the first word of a channel's name, but there is no ${tag}${didYouMean(tag, known)}`,
      );
    });
}

function unknownName(
  config: LoadedConfig,
  path: ConfigPath,
  { what, known }: { readonly what: string; readonly known: ReadonlySet<string> },
): ConfigProblem[] {
  const name = config.writtenAt(path);
  if (typeof name !== 'string' || known.has(name)) return [];
  return [config.problem(path, `there is no ${what} ${name}${didYouMean(name, known)}`)];
}

function sameRoutes(config: LoadedConfig): ConfigProblem[] {
  const taken = new Map<string, string>();
  return below(config, ['channels', 'rest']).flatMap((channel) => {
    const method = config.writtenAt([...channel, 'method']);
    const path = config.writtenAt([...channel, 'path']);
    if (typeof method !== 'string' || typeof path !== 'string') return [];
    const route = `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`;
    const other = taken.get(route);
    taken.set(route, nameOf(channel));
    const message = `expected a method and path of its own, but the channel ${other} has ${method} ${path}, too`;
    return other === undefined ? [] : [config.problem([...channel, 'path'], message)];
  });
}

/** Where jobs are asked for is no place for a channel. */
function jobRoutes(config: LoadedConfig): ConfigProblem[] {
  const channels = below(config, ['channels', 'rest']);
  const isAsync = channels.some((channel) => ASYNC.has(config.writtenAt([...channel, 'async'])));
  const taken = channels.filter(
    (channel) =>
      config.writtenAt([...channel, 'method']) === 'GET' &&
      /^\/jobs\/\{[^}]*\}$/.test(String(config.writtenAt([...channel, 'path']))),
  );
  const message = 'expected another path: with a channel that is async, clients ask for jobs at GET /jobs/{id}';
  return isAsync ? taken.map((channel) => config.problem([...channel, 'path'], message)) : [];
}

/** What the bus itself answers, whoever asks for it. */
const HEALTH: ReadonlySet<unknown> = new Set(['/health/live', '/health/ready', '/health/detail']);

/** Where the bus itself answers is no place for a channel. */
function busRoutes(config: LoadedConfig): ConfigProblem[] {
  const errorPages = config.writtenAt(['bus', 'errors', 'typeBase']) ?? '/errors/';
  const described = descriptionPaths(config);
  const isTaken = (path: string) =>
    HEALTH.has(path) || described.has(path) || path.replace(/\{[^}]*\}$/, '') === errorPages;
  return below(config, ['channels', 'rest']).flatMap((channel) => {
    const path = config.writtenAt([...channel, 'path']);
    if (typeof path !== 'string' || !isTaken(path) || config.writtenAt([...channel, 'method']) !== 'GET') return [];
    return [config.problem([...channel, 'path'], `expected another path: the bus itself answers GET ${path}`)];
  });
}

/** A channel may take the path that the description has by default, but not the one that it was given. */
function descriptionPaths(config: LoadedConfig): ReadonlySet<unknown> {
  const place = ['bus', 'http', 'openapi'];
  return new Set([config.writtenAt([...place, 'path']), config.writtenAt([...place, 'docs'])]);
}

function below(config: LoadedConfig, path: ConfigPath): ConfigPath[] {
  return config.keysAt(path).map((key) => [...path, key]);
}

function nameOf(path: ConfigPath): string {
  return String(path.at(-1));
}
