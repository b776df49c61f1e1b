import type { LoadedConfig } from '../loaded-config';
import type { ConfigPath } from './config-path';
import type { ConfigProblem } from './config-problem';
import { formatSuggestion } from './nearest-name';

/** The names that a value may have. */
export interface KnownNames {
  /** What has these names, for the message: `service`. */
  readonly what: string;
  readonly known: ReadonlySet<string>;
}

/**
 * Finds a value that names something that does not exist. A value that is no text is the concern of its schema.
 *
 * @returns one problem, or none
 */
export function findUnknownName(config: LoadedConfig, path: ConfigPath, { what, known }: KnownNames): ConfigProblem[] {
  const name = config.getRawValue(path);
  if (typeof name !== 'string' || known.has(name)) return [];
  return [config.createProblem(path, `there is no ${what} ${name}${formatSuggestion(name, known)}`)];
}
