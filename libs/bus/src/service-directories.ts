import type { ConfigProblem, LoadedConfig } from '@trunkline/config';
import { type LoadedService, loadServices } from '@trunkline/service';
import { busSection } from './bus-section';

/** What the directories of `bus.services` hold. */
export interface FoundServices {
  readonly services: readonly LoadedService[];
  readonly problems: readonly ConfigProblem[];
}

/** Loads the services of all directories that `bus.services` names; what cannot be loaded is a problem where it is named. */
export function servicesInDirectories(config: LoadedConfig): FoundServices {
  const services: LoadedService[] = [];
  const problems: ConfigProblem[] = [];
  for (const [index, directory] of config.get(busSection).services.entries()) {
    try {
      services.push(...loadServices(config.resolve(directory)));
    } catch (thrown) {
      problems.push(
        config.problem(['bus', 'services', index], thrown instanceof Error ? thrown.message : String(thrown)),
      );
    }
  }
  return { services, problems: [...problems, ...sameNames(config, services)] };
}

function sameNames(config: LoadedConfig, services: readonly LoadedService[]): ConfigProblem[] {
  const byName = new Map<string, LoadedService>();
  return services.flatMap((service) => {
    const other = byName.get(service.name);
    byName.set(service.name, service);
    return other && other.serviceClass !== service.serviceClass
      ? [
          config.problem(
            ['bus', 'services'],
            `two services are named ${service.name}: in ${other.file} and in ${service.file}`,
          ),
        ]
      : [];
  });
}
