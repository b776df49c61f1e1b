import { type ConfigPath, type ConfigProblem, getLastKey, type LoadedConfig } from '@trunkline/config';
import { findDefinitionNameProblems } from '@trunkline/security';
import { CONNECTION_KINDS } from './kinds';
import type { AnyKind } from './section';

/** Lists the paths of the connections of all kinds. */
function listConnectionPaths(config: LoadedConfig, kinds: readonly AnyKind[]): ConfigPath[] {
  return kinds.flatMap(({ name }) => config.listChildPaths(['outgoing', name]));
}

/** Lists the paths of the services that connections declare in YAML, as adapters: the entries of their key `services`. */
export function listAdapterPaths(config: LoadedConfig, kinds: readonly AnyKind[] = CONNECTION_KINDS): ConfigPath[] {
  return listConnectionPaths(config, kinds).flatMap((path) => config.listChildPaths([...path, 'services']));
}

/** Lists the paths of what describes the adapters of connections. */
export function listDescriptionPaths(config: LoadedConfig): ConfigPath[] {
  const kinds: readonly AnyKind[] = CONNECTION_KINDS;
  return kinds.flatMap((kind) => {
    const { keys } = kind.described;
    const defaults = keys.filter((key) => key in kind.defaults).map((key) => ['outgoing', 'defaults', key]);
    const connections = listConnectionPaths(config, [kind]);
    return [...defaults, ...connections.flatMap((path) => keys.map((key) => [...path, key]))];
  });
}

/** Lists the paths that may name a credential. */
export function listCredentialPaths(config: LoadedConfig, kinds: readonly AnyKind[] = CONNECTION_KINDS): ConfigPath[] {
  return [['outgoing', 'defaults'], ...listConnectionPaths(config, kinds)].map((owner) => [...owner, 'security']);
}

/**
 * Finds what is wrong between connections and the rest of a configuration.
 *
 * @param services - names of the services in code, which adapters must not have
 */
export function findConnectionProblems(
  config: LoadedConfig,
  services: readonly string[],
  kinds: readonly AnyKind[] = CONNECTION_KINDS,
): ConfigProblem[] {
  return [
    ...findDuplicates(config, listConnectionPaths(config, kinds), { taken: [], what: 'connection' }),
    ...findDuplicates(config, listAdapterPaths(config, kinds), { taken: services, what: 'service' }),
    ...findCredentialProblems(config, kinds),
    ...findFaultInjectionProblems(config, kinds),
  ];
}

/** Finds credentials that connections name and that do not exist, or are for channels. */
export function findCredentialProblems(
  config: LoadedConfig,
  kinds: readonly AnyKind[] = CONNECTION_KINDS,
): ConfigProblem[] {
  return listCredentialPaths(config, kinds).flatMap((path) => findDefinitionNameProblems(config, path, 'connections'));
}

/** Logs, pings and explanations name a connection without its kind, so that names are unique over all kinds. */
function findDuplicates(
  config: LoadedConfig,
  paths: readonly ConfigPath[],
  { taken, what }: { readonly taken: readonly string[]; readonly what: string },
): ConfigProblem[] {
  const names = new Set(taken);
  return paths.flatMap((path) => {
    const name = getLastKey(path);
    const isTaken = names.has(name);
    names.add(name);
    return isTaken ? [config.createProblem(path, `expected a unique name, but another ${what} is named ${name}`)] : [];
  });
}

/** A rehearsal must not reach production in a copied file. */
function findFaultInjectionProblems(config: LoadedConfig, kinds: readonly AnyKind[]): ConfigProblem[] {
  if (config.getRawValue(['bus', 'chaos']) === true) return [];
  return listConnectionPaths(config, kinds)
    .map((connection) => [...connection, 'chaos'])
    .filter((path) => config.getRawValue(path) !== undefined)
    .map((path) => config.createProblem(path, 'expected no `chaos` while `bus.chaos` is not true'));
}
