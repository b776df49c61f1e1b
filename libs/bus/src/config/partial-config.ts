import { ConfigurationError, type ConfigProblem, formatPath, readConfig } from '@trunkline/config';
import { addDescribedConnections, listCredentialPaths, listDescriptionPaths } from '@trunkline/outgoing';
import { type BusConfig, SECTIONS, toBusConfig } from './bus-config';
import { busSection } from './bus-section';
import { findReferenceProblems } from './references';
import { loadServicesInDirectories } from './service-directories';

/** Parts that describe services. */
const SERVICE_PARTS = ['bus.services'];
/** Parts that describe channels, besides `channels`. */
const CHANNEL_PARTS = [
  'bus.name',
  'bus.errors',
  'bus.http.openapi',
  'bus.security',
  'bus.rateLimit',
  'bus.authFailures',
];
/** Parts that services use when they run. */
const RUN_PARTS = ['bus.name', 'bus.log', 'bus.errors', 'bus.chaos', 'bus.jobs', 'bus.http.requestTimeout', 'topics'];

/**
 * Reads parts of the configuration of a bus, for a command that needs no more: problems elsewhere, such as an unset environment
 * variable, do not matter. Services are not loaded. A section that is not among the parts may lack what is wrong in it.
 *
 * @param parts - such as `bus.jobs`
 * @throws {ConfigurationError} with everything that is wrong in these parts, and with files that cannot be read
 */
export function loadPartialConfig(directory: string, parts: readonly string[]): BusConfig {
  const { config, problems } = readConfig({ directory, sections: SECTIONS });
  throwProblems(problems, parts);
  return toBusConfig(config, []);
}

/**
 * Reads the parts that describe the services of a bus, and loads them. Connections without a valid address describe their adapters only.
 *
 * @throws {ConfigurationError} as {@link loadPartialConfig}, and with services that cannot be loaded
 */
export function loadServicesConfig(directory: string): BusConfig {
  return loadDescribedConfig(directory, []);
}

/**
 * Reads the parts that describe the channels of a bus and their services. Secrets of callers may be missing.
 *
 * @throws {ConfigurationError} as {@link loadServicesConfig}
 */
export function loadChannelsConfig(directory: string): BusConfig {
  const { loaded } = loadPartialConfig(directory, []);
  const definitions = loaded
    .listKeys(['security'])
    .flatMap((name) => ['type', 'header'].map((key) => formatPath(['security', name, key])));
  return loadDescribedConfig(directory, [...CHANNEL_PARTS, 'channels', ...definitions]);
}

/**
 * Reads the parts that services need to run without channels, and loads the services. The parts include connections with their credentials, and jobs.
 *
 * @throws {ConfigurationError} as {@link loadServicesConfig}
 */
export function loadRunConfig(directory: string): BusConfig {
  const parts = [...RUN_PARTS, ...SERVICE_PARTS, 'outgoing', ...listCredentialParts(directory)];
  const config = loadWithServices(directory, parts);
  return { ...config, channels: [] };
}

/**
 * Lists the credentials that connections name, as parts of a configuration.
 *
 * @throws {ConfigurationError} with files that cannot be read
 */
export function listCredentialParts(directory: string): readonly string[] {
  const { loaded } = loadPartialConfig(directory, []);
  const names = listCredentialPaths(loaded).map((path) => loaded.getRawValue(path));
  return names.flatMap((name) => (typeof name === 'string' ? [formatPath(['security', name])] : []));
}

function loadDescribedConfig(directory: string, parts: readonly string[]): BusConfig {
  const { loaded } = loadPartialConfig(directory, []);
  const adapters = listDescriptionPaths(loaded).map(formatPath);
  const config = loadWithServices(directory, [...SERVICE_PARTS, ...adapters, ...parts]);
  return { ...config, outgoing: addDescribedConnections(config.loaded, config.outgoing) };
}

function loadWithServices(directory: string, parts: readonly string[]): BusConfig {
  const config = loadPartialConfig(directory, parts);
  const { loaded } = config;
  const { services, problems } = loaded.isUsable(busSection)
    ? loadServicesInDirectories(loaded)
    : { services: [], problems: [] };
  if (problems.length > 0) throw new ConfigurationError(problems);
  throwProblems(
    findReferenceProblems(
      loaded,
      services.map(({ name }) => name),
    ),
    parts,
  );
  return { ...config, services };
}

function throwProblems(problems: readonly ConfigProblem[], parts: readonly string[]): void {
  const relevant = problems.filter(({ path }) =>
    parts.some((part) => isSameOrAncestor(path, part) || isSameOrAncestor(part, path)),
  );
  if (relevant.length > 0) throw new ConfigurationError(relevant);
}

/** Whether `above` is `path` or one of its ancestors. */
function isSameOrAncestor(above: string, path: string): boolean {
  return above === '' || above === path || path.startsWith(`${above}.`) || path.startsWith(`${above}[`);
}
