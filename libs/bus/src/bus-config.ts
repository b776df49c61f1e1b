import { channelsSection } from '@trunkline/channels';
import {
  type ConfigProblem,
  type ConfigSection,
  ConfigurationError,
  type LoadedConfig,
  readConfig,
} from '@trunkline/config';
import { scheduleSection, topicsSection } from '@trunkline/jobs';
import { outgoingSection } from '@trunkline/outgoing';
import { declarationOf, type LoadedService, type ServiceConstructor } from '@trunkline/service';
import { busSection } from './bus-section';
import { referenceProblems } from './references';
import { securitySection } from './security-section';
import { problemsOfProviders, servicesInDirectories } from './service-directories';

/** Every section there is; the editor's schema and the reference page are made from them. */
export const SECTIONS: readonly ConfigSection<unknown>[] = [
  busSection,
  channelsSection,
  outgoingSection,
  securitySection,
  scheduleSection,
  topicsSection,
];

type Value<S> = S extends ConfigSection<infer T> ? T : never;

/** The configuration of a bus, checked, and the services that it loads. */
export interface BusConfig {
  readonly loaded: LoadedConfig;
  readonly bus: Value<typeof busSection>;
  readonly channels: Value<typeof channelsSection>;
  readonly outgoing: Value<typeof outgoingSection>;
  readonly security: Value<typeof securitySection>;
  readonly schedule: Value<typeof scheduleSection>;
  readonly topics: Value<typeof topicsSection>;
  /** The services of `bus.services`. */
  readonly services: readonly LoadedService[];
}

/** Where a configuration is, and which services there will be besides those it loads. */
export interface BusConfigOptions {
  /** The config directory. */
  readonly directory: string;
  /**
   * Services that do not come from `bus.services`. `undefined`: they are not known yet, so that channels are checked against
   * services only when the application starts.
   */
  readonly otherServices: readonly ServiceConstructor[] | undefined;
}

/**
 * Reads the configuration of a bus and loads its services.
 *
 * @throws {ConfigurationError} with everything that is wrong: values, references, service files
 */
export function loadBusConfig({ directory, otherServices }: BusConfigOptions): BusConfig {
  let services: readonly LoadedService[] = [];
  const check = {
    needs: [busSection, channelsSection, outgoingSection, securitySection, scheduleSection, topicsSection],
    run(config: LoadedConfig): ConfigProblem[] {
      const found = servicesInDirectories(config);
      services = found.services;
      const others = otherServices?.flatMap((serviceClass) => declarationOf(serviceClass)?.name ?? []);
      const known = others && [...others, ...services.map(({ name }) => name)];
      // A directory that cannot be loaded would make every service in it unknown, too.
      const references = referenceProblems(config, found.problems.length > 0 ? undefined : known);
      return [...found.problems, ...problemsOfProviders(config, otherServices ?? []), ...references];
    },
  };
  const { config, problems } = readConfig({ directory, sections: SECTIONS, checks: [check] });
  if (problems.length > 0) throw new ConfigurationError(problems);
  return createConfig(config, services);
}

/**
 * Reads parts of the configuration of a bus, for a command that needs no more: what is wrong elsewhere, such as an environment variable
 * that is not set, does not matter. Services are not loaded. A section that is not among the parts may lack what is wrong in it.
 *
 * @param parts - such as `bus.jobs`
 * @throws {ConfigurationError} with everything that is wrong in these parts, and with files that cannot be read
 */
export function loadPartsOfConfig(directory: string, parts: readonly string[]): BusConfig {
  const { config, problems } = readConfig({ directory, sections: SECTIONS });
  const relevant = problems.filter(({ path }) =>
    parts.some((part) => isOnTheWay(path, part) || isOnTheWay(part, path)),
  );
  if (relevant.length > 0) throw new ConfigurationError(relevant);
  return createConfig(config, []);
}

/** Whether one path is another, or lies above it. */
function isOnTheWay(above: string, path: string): boolean {
  return above === '' || above === path || path.startsWith(`${above}.`) || path.startsWith(`${above}[`);
}

function createConfig(loaded: LoadedConfig, services: readonly LoadedService[]): BusConfig {
  return {
    loaded,
    bus: readSection(loaded, busSection),
    channels: readSection(loaded, channelsSection),
    outgoing: readSection(loaded, outgoingSection),
    security: readSection(loaded, securitySection),
    schedule: readSection(loaded, scheduleSection),
    topics: readSection(loaded, topicsSection),
    services,
  };
}

/** A section of which nothing is valid is as one that is not there. */
function readSection<T>(loaded: LoadedConfig, section: ConfigSection<T>): T {
  return loaded.isUsable(section) ? loaded.get(section) : section.schema.parse({});
}
