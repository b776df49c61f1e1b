import {
  type ConfigPath,
  type ConfigProblem,
  findUnknownName,
  formatSuggestion,
  getLastKey,
  type LoadedConfig,
} from '@trunkline/config';

/**
 * Finds names of services that do not exist: in schedules, in subscribers of topics, and as keys of `bus.jobs.services`.
 *
 * @param services - names of all services; `undefined` when they are not all known, so that none is checked
 */
export function findJobProblems(config: LoadedConfig, services: ReadonlySet<string> | undefined): ConfigProblem[] {
  if (!services) return [];
  const references = [...config.listChildPaths(['schedule']), ...listSubscribers(config)];
  return [
    ...references.flatMap((path) =>
      findUnknownName(config, [...path, 'service'], { what: 'service', known: services }),
    ),
    ...findUnknownKeys(config, services),
  ];
}

function findUnknownKeys(config: LoadedConfig, services: ReadonlySet<string>): ConfigProblem[] {
  return config.listChildPaths(['bus', 'jobs', 'services']).flatMap((path) => {
    const name = getLastKey(path);
    if (services.has(name)) return [];
    return [config.createProblem(path, `there is no service ${name}${formatSuggestion(name, services)}`)];
  });
}

function listSubscribers(config: LoadedConfig): ConfigPath[] {
  return config.listChildPaths(['topics']).flatMap((topic) => {
    const subscribers = config.getRawValue([...topic, 'subscribers']);
    return Array.isArray(subscribers) ? subscribers.map((_, index) => [...topic, 'subscribers', index]) : [];
  });
}
