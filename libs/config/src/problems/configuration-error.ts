import { type ConfigProblem, formatProblem, sortByPosition } from './config-problem';

/** The exit code for an invalid configuration (`EX_CONFIG` of BSD's sysexits.h). */
export const EX_CONFIG = 78;

/**
 * The configuration is invalid. The message lists all problems, one per line, and their number. The process exits with {@link EX_CONFIG}.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly exitCode = EX_CONFIG;
  /** In reading order: by file, line and column. */
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const ordered = sortByPosition(problems);
    const count = ordered.length === 1 ? '1 problem' : `${ordered.length} problems`;
    super([...ordered.map(formatProblem), `${count} in the configuration`].join('\n'));
    this.problems = ordered;
  }
}
