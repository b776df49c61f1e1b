import { ConfigurationError } from '@trunkline/config';
import { findCredentialProblems } from '@trunkline/outgoing';
import type { BusConfig } from '../config/bus-config';
import { listCredentialParts, loadPartialConfig } from '../config/partial-config';

/**
 * Loads the section `outgoing` and the credentials that it names. Secrets of channels and stores may be missing.
 *
 * @throws {ConfigurationError} with everything that is wrong in these parts
 */
export function loadConnectionsConfig(directory: string): BusConfig {
  const credentials = listCredentialParts(directory);
  const config = loadPartialConfig(directory, ['bus.name', 'bus.log', 'bus.chaos', 'outgoing', ...credentials]);
  const problems = findCredentialProblems(config.loaded);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return config;
}
