import { type ConfigPath, type ConfigProblem, getLastKey, type LoadedConfig } from '@trunkline/config';
import { findDefinitionNameProblems } from '@trunkline/security';

const CONNECTIONS = ['outgoing', 'rest'];

/** Lists the paths of the services that connections declare in YAML, as adapters. */
export function listAdapterPaths(config: LoadedConfig): ConfigPath[] {
  return config.listChildPaths(CONNECTIONS).flatMap((connection) => config.listChildPaths([...connection, 'services']));
}

/**
 * Finds what is wrong between connections and the rest of a configuration.
 *
 * @param services - names of the services in code, which adapters must not have
 */
export function findConnectionProblems(config: LoadedConfig, services: readonly string[]): ConfigProblem[] {
  return [
    ...findDuplicateAdapters(config, services),
    ...findCredentialProblems(config),
    ...findFaultInjectionProblems(config),
  ];
}

/** Finds credentials that connections name and that do not exist, or are for channels. */
export function findCredentialProblems(config: LoadedConfig): ConfigProblem[] {
  return [['outgoing', 'defaults'], ...config.listChildPaths(CONNECTIONS)].flatMap((owner) =>
    findDefinitionNameProblems(config, [...owner, 'security'], 'connections'),
  );
}

function findDuplicateAdapters(config: LoadedConfig, services: readonly string[]): ConfigProblem[] {
  const taken = new Set(services);
  return listAdapterPaths(config).flatMap((path) => {
    const name = getLastKey(path);
    const isTaken = taken.has(name);
    taken.add(name);
    return isTaken ? [config.createProblem(path, `expected a unique name, but another service is named ${name}`)] : [];
  });
}

/** A rehearsal must not reach production in a copied file. */
function findFaultInjectionProblems(config: LoadedConfig): ConfigProblem[] {
  if (config.getRawValue(['bus', 'chaos']) === true) return [];
  return config
    .listChildPaths(CONNECTIONS)
    .map((connection) => [...connection, 'chaos'])
    .filter((path) => config.getRawValue(path) !== undefined)
    .map((path) => config.createProblem(path, 'expected no `chaos` while `bus.chaos` is not true'));
}
