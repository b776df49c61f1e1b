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

export interface LoadConfigOptions {
  /** The config directory, absolute or from the working directory. */
  readonly directory: string;
  /** Every section there may be: another one in a file is a problem. */
  readonly sections: readonly ConfigSection<unknown>[];
  /** Where `${NAME}` is looked up; default `process.env`. */
  readonly env?: Environment;
  /** The project root; default the parent of the config directory. */
  readonly root?: string;
  /** Look for problems that no schema can see. */
  readonly checks?: readonly ConfigCheck[];
}

/** A check over sections, such as whether what one refers to exists in another. */
export interface ConfigCheck {
  /** The sections it reads. It runs when every file could be read and something of each of these sections is valid. */
  readonly needs: readonly ConfigSection<unknown>[];
  /**
   * Sections that have problems hold what is valid of them. So that nothing is said to be missing that is only wrong,
   * look names up with {@link LoadedConfig.listKeys}, and ask {@link LoadedConfig.isValid} before drawing conclusions from a value.
   *
   * @returns problems, made by {@link LoadedConfig.createProblem}
   */
  readonly run: (config: LoadedConfig) => Iterable<ConfigProblem>;
}

/** A configuration as far as it could be understood, and everything that is wrong with it. */
export interface ReadConfigResult {
  readonly config: LoadedConfig;
  /** In reading order; empty when the configuration may be used. */
  readonly problems: readonly ConfigProblem[];
}

/**
 * Reads the configuration, validates it and runs the checks.
 *
 * @throws {ConfigurationError} with every problem there is
 * @throws {TypeError} when two sections have the same key
 */
export function loadConfig(options: LoadConfigOptions): LoadedConfig {
  const { config, problems } = readConfig(options);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return config;
}

/**
 * Does what {@link loadConfig} does, but returns the problems: for those who have more to add before they give up, with
 * `throw new ConfigurationError([...problems, ...theirs])`.
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

/** Whoever mends a value mends what follows from it, too: that there is no service of a name that no service can have. */
function keepFirstPerPosition(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const places = new Set<string>();
  return problems.filter(({ file, line, column, path }) => {
    const place = `${file}:${line}:${column} ${path}`;
    const isFirst = path === '' || !places.has(place);
    places.add(place);
    return isFirst;
  });
}
