import { findChannelProblems } from '@trunkline/channels';
import { type ConfigProblem, getLastKey, type LoadedConfig } from '@trunkline/config';
import { findJobProblems } from '@trunkline/jobs';
import { findConnectionProblems, listAdapterPaths } from '@trunkline/outgoing';
import { findSecurityProblems } from '@trunkline/security';

/**
 * Finds what no section sees by itself: references to names that do not exist, and names and routes that are taken.
 *
 * @param codeServices - names of the services in code; `undefined` when they are not all known, so that references to services are
 *   not checked
 */
export function findReferenceProblems(
  config: LoadedConfig,
  codeServices: readonly string[] | undefined,
): ConfigProblem[] {
  const services = codeServices && new Set([...codeServices, ...listAdapterPaths(config).map(getLastKey)]);
  return [
    ...findConnectionProblems(config, codeServices ?? []),
    ...findChannelProblems(config, services),
    ...findJobProblems(config, services),
    ...findSecurityProblems(config),
  ];
}
