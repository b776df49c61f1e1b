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
import { securitySection } from '@trunkline/security';
import { findServiceDeclaration, type LoadedService, type ServiceConstructor } from '@trunkline/service';
import { busSection } from './bus-section';
import { findReferenceProblems } from './references';
import { findProviderProblems, loadServicesInDirectories } from './service-directories';

/** All sections of the configuration. The editor schema and the reference page are generated from them. */
export const SECTIONS: readonly ConfigSection<unknown>[] = [
  busSection,
  channelsSection,
  outgoingSection,
  securitySection,
  scheduleSection,
  topicsSection,
];

type SectionValue<S> = S extends ConfigSection<infer T> ? T : never;

/** The validated configuration of a bus, and the services that it loads. */
export interface BusConfig {
  readonly loaded: LoadedConfig;
  readonly bus: SectionValue<typeof busSection>;
  readonly channels: SectionValue<typeof channelsSection>;
  readonly outgoing: SectionValue<typeof outgoingSection>;
  readonly security: SectionValue<typeof securitySection>;
  readonly schedule: SectionValue<typeof scheduleSection>;
  readonly topics: SectionValue<typeof topicsSection>;
  /** The services of `bus.services`. */
  readonly services: readonly LoadedService[];
  /** The names to which references from the configuration have been checked; absent when not all services were known. */
  readonly checkedServices?: ReadonlySet<string>;
}

/** Options of {@link loadBusConfig}. */
export interface BusConfigOptions {
  /** The config directory. */
  readonly directory: string;
  /**
   * Services that do not come from `bus.services`. `undefined` when they are not known yet: references to services are then checked
   * when the application starts.
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
  let known: readonly string[] | undefined;
  const check = {
    needs: [busSection, channelsSection, outgoingSection, securitySection, scheduleSection, topicsSection],
    run(config: LoadedConfig): ConfigProblem[] {
      const found = loadServicesInDirectories(config);
      services = found.services;
      const others = otherServices?.flatMap((serviceClass) => findServiceDeclaration(serviceClass)?.name ?? []);
      known = others && [...others, ...services.map(({ name }) => name)];
      // Every service of a directory that cannot be loaded would be reported as unknown.
      const references = findReferenceProblems(config, found.problems.length > 0 ? undefined : known);
      return [...found.problems, ...findProviderProblems(config, otherServices ?? []), ...references];
    },
  };
  const { config, problems } = readConfig({ directory, sections: SECTIONS, checks: [check] });
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { ...toBusConfig(config, services), ...(known && { checkedServices: new Set(known) }) };
}

/** The sections of a configuration. Of a section with problems, the valid parts. */
export function toBusConfig(loaded: LoadedConfig, services: readonly LoadedService[]): BusConfig {
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

/** A section without a valid part counts as missing. */
function readSection<T>(loaded: LoadedConfig, section: ConfigSection<T>): T {
  return loaded.isUsable(section) ? loaded.get(section) : section.schema.parse({});
}
