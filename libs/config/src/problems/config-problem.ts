import { type Position, formatPosition } from './position';

/**
 * One mistake in the configuration, at the place where it is to be mended.
 *
 * `path` is the key as people write it (empty for a problem with a whole file); `message` says what was expected and what
 * came. Neither holds a secret, nor a value that came from the environment or a file.
 */
export interface ConfigProblem extends Position {
  readonly path: string;
  readonly message: string;
}

/** `config/bus.yaml:3:11  bus.http.port  expected a whole number, got "x"`. */
export function formatProblem(problem: ConfigProblem): string {
  return [formatPosition(problem), problem.path, problem.message].filter((part) => part !== '').join('  ');
}

/** The problems in the order in which a reader meets their places: by file, line and column. */
export function sortByPosition(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...problems].sort(
    (a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.path, b.path),
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
