import { channelsSection } from '@trunkline/channels';
import { type ConfigProblem, didYouMean, type LoadedConfig } from '@trunkline/config';
import { outgoingSection } from '@trunkline/outgoing';

/**
 * What no single section can see: names that nothing stands behind, and two channels on one method and path.
 *
 * @param services - names of the services in code; `undefined` when they are not all known, so that nothing is said of them
 */
export function referenceProblems(config: LoadedConfig, services: readonly string[] | undefined): ConfigProblem[] {
  return [
    ...adapterProblems(config, services ?? []),
    ...(services ? channelServiceProblems(config, new Set([...services, ...adapterNames(config)])) : []),
    ...sameRoutes(config),
    ...credentialProblems(config),
  ];
}

/** Services that are declared in YAML, as adapters of connections. */
function adapterNames(config: LoadedConfig): string[] {
  return connectionNames(config).flatMap((name) => config.keysAt(['outgoing', 'rest', name, 'services']));
}

function connectionNames(config: LoadedConfig): string[] {
  return config.keysAt(['outgoing', 'rest']);
}

function adapterProblems(config: LoadedConfig, services: readonly string[]): ConfigProblem[] {
  const taken = new Set(services);
  return connectionNames(config).flatMap((connection) =>
    config.keysAt(['outgoing', 'rest', connection, 'services']).flatMap((name) => {
      const isTaken = taken.has(name);
      taken.add(name);
      return isTaken
        ? [
            config.problem(
              ['outgoing', 'rest', connection, 'services', name],
              `expected a name of its own, but another service is named ${name}`,
            ),
          ]
        : [];
    }),
  );
}

function channelServiceProblems(config: LoadedConfig, services: ReadonlySet<string>): ConfigProblem[] {
  return Object.entries(config.get(channelsSection).rest).flatMap(([name, { service }]) =>
    services.has(service)
      ? []
      : [
          config.problem(
            ['channels', 'rest', name, 'service'],
            `there is no service ${service}${didYouMean(service, services)}`,
          ),
        ],
  );
}

function sameRoutes(config: LoadedConfig): ConfigProblem[] {
  const taken = new Map<string, string>();
  return Object.entries(config.get(channelsSection).rest).flatMap(([name, { method, path }]) => {
    const route = `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`;
    const other = taken.get(route);
    taken.set(route, name);
    return other === undefined
      ? []
      : [
          config.problem(
            ['channels', 'rest', name, 'path'],
            `expected a method and path of its own, but the channel ${other} has ${method} ${path}, too`,
          ),
        ];
  });
}

function credentialProblems(config: LoadedConfig): ConfigProblem[] {
  const known = new Set(config.keysAt(['security']));
  return Object.entries(config.get(outgoingSection).rest).flatMap(([name, { security }]) =>
    security === undefined || known.has(security)
      ? []
      : [
          config.problem(
            ['outgoing', 'rest', name, 'security'],
            `there is no security definition ${security}${didYouMean(security, known)}`,
          ),
        ],
  );
}
