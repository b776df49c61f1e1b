import { dirname, resolve } from 'node:path';
import { ConfigurationError } from './problems/configuration-error';
import { toProblem } from './problems/finding';
import { LoadedConfig } from './loaded-config';
import { type ConfigProblem, sortByPosition } from './problems/config-problem';
import type { ConfigSection } from './schema/config-section';
import { ConfigSchema } from './schema/config-schema';
import { readConfigTree } from './source/config-tree';
import type { Environment } from './source/interpolator';
import { IssueFormatter } from './validation/issue-formatter';
import { validateTree } from './validation/validate-tree';

/** Options of `loadConfig` and `readConfig`. */
export interface LoadConfigOptions {
  /** The config directory, absolute or relative to the working directory. */
  readonly directory: string;
  /** All sections that a file may have. Another section is a problem. */
  readonly sections: readonly ConfigSection<unknown>[];
  /** The variables for `${NAME}`. Default: `process.env`. */
  readonly env?: Environment;
  /** The project root. Default: the parent of the config directory. */
  readonly root?: string;
  /** Checks for problems that no schema can find. */
  readonly checks?: readonly ConfigCheck[];
}

/** A check across sections, such as whether a reference to another section exists. */
export interface ConfigCheck {
  /** The sections that the check reads. It runs if every file could be read and each of these sections has a valid part. */
  readonly needs: readonly ConfigSection<unknown>[];
  /**
   * Runs the check. Sections with problems hold their valid parts only. To report nothing as missing that is merely invalid, look names up
   * with {@link LoadedConfig.listKeys}, and call {@link LoadedConfig.isValid} before relying on a value.
   *
   * @returns problems, created by {@link LoadedConfig.createProblem}
   */
  readonly run: (config: LoadedConfig) => Iterable<ConfigProblem>;
}

/** The valid parts of a configuration, and all its problems. */
export interface ReadConfigResult {
  readonly config: LoadedConfig;
  /** In reading order; empty if the configuration is valid. */
  readonly problems: readonly ConfigProblem[];
}

/**
 * Reads the configuration, validates it and runs the checks.
 *
 * @throws {ConfigurationError} with all problems
 * @throws {TypeError} when two sections have the same key
 */
export function loadConfig(options: LoadConfigOptions): LoadedConfig {
  const { config, problems } = readConfig(options);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return config;
}

/**
 * Reads and checks the configuration like {@link loadConfig}, but returns the problems, so that the caller can add others:
 * `throw new ConfigurationError([...problems, ...others])`.
 *
 * @throws {TypeError} when two sections have the same key
 */
export function readConfig(options: LoadConfigOptions): ReadConfigResult {
  const { sections, checks = [], env = process.env } = options;
  const directory = resolve(options.directory);
  const root = options.root === undefined ? dirname(directory) : resolve(options.root);
  const shape = new ConfigSchema(sections);
  const tree = readConfigTree({ directory, root, env, isMergeable: (path) => shape.isMergeable(path) });
  const secretNodes = shape.findSecretNodes(tree.root);
  const validated = validateTree(tree, sections, new IssueFormatter(tree.root, shape, secretNodes));
  const findings = [...tree.findings, ...validated.findings];

  const invalidPaths = findings.map(({ path }) => path);
  const config = new LoadedConfig({
    directory,
    root,
    tree,
    secretNodes,
    values: validated.values,
    invalidPaths,
  });
  const possible = tree.isComplete
    ? checks.filter((check) => check.needs.every((section) => config.isUsable(section)))
    : [];
  const problems = [...findings.map(toProblem), ...possible.flatMap((check) => [...check.run(config)])];
  return { config, problems: sortByPosition(keepFirstPerPosition(problems)) };
}

/** Correcting a value also resolves its follow-up problems, such as an unknown service behind an invalid name. */
function keepFirstPerPosition(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const positions = new Set<string>();
  return problems.filter(({ file, line, column, path }) => {
    const position = `${file}:${line}:${column} ${path}`;
    const isFirst = path === '' || !positions.has(position);
    positions.add(position);
    return isFirst;
  });
}
