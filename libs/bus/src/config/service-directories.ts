import type { ConfigProblem, LoadedConfig } from '@trunkline/config';
import {
  findServiceDeclaration,
  findDeclarationMistakes,
  type LoadedService,
  loadServices,
  type ServiceConstructor,
} from '@trunkline/service';
import { busSection } from './bus-section';
import { findMissingMetadata } from './constructor-metadata';

/** The services of the directories of `bus.services`, and the problems found in loading them. */
export interface FoundServices {
  readonly services: readonly LoadedService[];
  readonly problems: readonly ConfigProblem[];
}

/** Loads the services of all directories of `bus.services`. A directory or file that cannot be loaded is a problem at its entry. */
export function loadServicesInDirectories(config: LoadedConfig): FoundServices {
  const services: LoadedService[] = [];
  const problems: ConfigProblem[] = [];
  for (const [index, directory] of config.get(busSection).services.entries()) {
    try {
      const found = loadServices(config.resolve(directory));
      services.push(...found.services);
      problems.push(...found.services.flatMap((service) => findFileProblems(config, index, service)));
      for (const { file, error } of found.unloadable) {
        problems.push(config.createProblem(['bus', 'services', index, file], error.message));
      }
    } catch (thrown) {
      problems.push(
        config.createProblem(['bus', 'services', index], thrown instanceof Error ? thrown.message : String(thrown)),
      );
    }
  }
  return { services, problems: [...problems, ...findDuplicateNames(config, services)] };
}

/** Finds mistakes in the declarations of services that Nest modules provide. */
export function findProviderProblems(config: LoadedConfig, providers: readonly ServiceConstructor[]): ConfigProblem[] {
  return providers.flatMap((serviceClass) => {
    const name = findServiceDeclaration(serviceClass)?.name ?? serviceClass.name;
    const mistakes = findMistakes(serviceClass);
    const message = `the service ${name} (${serviceClass.name}): ${mistakes.join('; ')}`;
    return mistakes.length === 0 ? [] : [config.createProblem(['bus', 'services', name], message)];
  });
}

function findFileProblems(config: LoadedConfig, index: number, { name, file, serviceClass }: LoadedService) {
  const mistakes = findMistakes(serviceClass);
  const message = `the service ${name} in ${file}: ${mistakes.join('; ')}`;
  return mistakes.length === 0 ? [] : [config.createProblem(['bus', 'services', index, name], message)];
}

function findMistakes(serviceClass: ServiceConstructor): readonly string[] {
  const missing = findMissingMetadata(serviceClass);
  return [...findDeclarationMistakes(serviceClass), ...(missing === undefined ? [] : [missing])];
}

function findDuplicateNames(config: LoadedConfig, services: readonly LoadedService[]): ConfigProblem[] {
  const byName = new Map<string, LoadedService>();
  return services.flatMap((service) => {
    const other = byName.get(service.name);
    byName.set(service.name, service);
    return other && other.serviceClass !== service.serviceClass
      ? [
          config.createProblem(
            ['bus', 'services'],
            `two services are named ${service.name}: in ${other.file} and in ${service.file}`,
          ),
        ]
      : [];
  });
}
