import { ConfigurationError } from '@trunkline/config';
import { findCredentialProblems } from '@trunkline/outgoing';
import { type BusConfig, loadPartialConfig } from '../config/bus-config';

/**
 * Reads what a command about connections needs: the section `outgoing`, and of `security` the credentials that it names. Secrets of
 * channels and of stores may be missing.
 *
 * @throws {ConfigurationError} with everything that is wrong in these parts
 */
export function loadConnectionsConfig(directory: string): BusConfig {
  const { loaded } = loadPartialConfig(directory, []);
  const connections = loaded.listKeys(['outgoing', 'rest']).map((name) => ['outgoing', 'rest', name]);
  const named = [['outgoing', 'defaults'], ...connections].map((place) => loaded.getRawValue([...place, 'security']));
  const credentials = named.flatMap((name) => (typeof name === 'string' ? [`security.${name}`] : []));
  const config = loadPartialConfig(directory, ['bus.name', 'bus.log', 'bus.chaos', 'outgoing', ...credentials]);
  const problems = findCredentialProblems(config.loaded);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return config;
}
