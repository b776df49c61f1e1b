import { type ConfigPath, formatPath } from './config-path';
import { type Position, formatPosition } from './position';
import type { ConfigProblem } from './config-problem';

/** A problem while its path is still a path: it is needed to tell which parts of the configuration are sound. */
export interface Finding {
  readonly path: ConfigPath;
  readonly position: Position;
  readonly message: string;
}

export function toProblem({ path, position, message }: Finding): ConfigProblem {
  const { file, line, column } = position;
  return { file, line, column, path: formatPath(path), message };
}

/** The message for a second place of a key that may stand once. */
export function describeDuplicate(first: Position): string {
  return `expected once, but it is given at ${formatPosition(first)} already`;
}
