import { type ConnectionSources, type HttpSettings, resolveHttpSettings } from '../http/http-settings';
import type { NumberRule } from '../http/json/strict-json';
import type { OnStatus } from './adapter/on-status';
import type { EmptyListRule } from './request/query-string';
import type { RestConfig, RestDefaults } from './rest-section';

/** The effective settings of a REST connection. */
export interface RestSettings extends HttpSettings {
  readonly numbers: NumberRule;
  /** `undefined`: depends on the method. */
  readonly emptyList: EmptyListRule | undefined;
  readonly onStatus: OnStatus;
}

/**
 * Resolves the settings of a REST connection.
 *
 * @throws {TypeError} when it names a credential that does not exist
 */
export function resolveRestSettings(sources: ConnectionSources<RestConfig, RestDefaults>): RestSettings {
  const { config, defaults } = sources;
  return {
    ...resolveHttpSettings(sources),
    numbers: config.numbers ?? defaults.numbers,
    emptyList: config.emptyList ?? defaults.emptyList,
    onStatus: { ...defaults.onStatus, ...config.onStatus },
  };
}
