import { dirname, resolve } from 'node:path';
import { ConfigurationError } from './configuration-error';
import { toProblem } from './finding';
import { LoadedConfig } from './loaded-config';
import { type ConfigProblem, inReadingOrder } from './problem';
import type { ConfigSection } from './schema/section';
import { ConfigShape } from './schema/section-shape';
import { readConfigTree } from './source/config-tree';
import type { Environment } from './source/interpolation';
import { SectionFindings } from './validation/section-findings';
import { validateTree } from './validation/validate-tree';

export interface ConfigOptions {
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
   * look names up with {@link LoadedConfig.keysAt}, and ask {@link LoadedConfig.isSound} before drawing conclusions from a value.
   *
   * @returns problems, made by {@link LoadedConfig.problem}
   */
  readonly run: (config: LoadedConfig) => Iterable<ConfigProblem>;
}

/** A configuration as far as it could be understood, and everything that is wrong with it. */
export interface ConfigReading {
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
export function loadConfig(options: ConfigOptions): LoadedConfig {
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
export function readConfig(options: ConfigOptions): ConfigReading {
  const { sections, checks = [], env = process.env } = options;
  const directory = resolve(options.directory);
  const root = options.root === undefined ? dirname(directory) : resolve(options.root);
  const shape = new ConfigShape(sections);
  const tree = readConfigTree({ directory, root, env, mayBeSpread: (path) => shape.mayBeSpread(path) });
  const secretNodes = shape.secretsIn(tree.root);
  const validated = validateTree(tree, sections, new SectionFindings(tree.root, shape, secretNodes));
  const findings = [...tree.findings, ...validated.findings];

  const wrongPaths = findings.map(({ path }) => path);
  const config = new LoadedConfig({ directory, root, tree, secretNodes, values: validated.values, wrongPaths });
  const possible = tree.isComplete
    ? checks.filter((check) => check.needs.every((section) => config.isUsable(section)))
    : [];
  const problems = [...findings.map(toProblem), ...possible.flatMap((check) => [...check.run(config)])];
  return { config, problems: inReadingOrder(firstOfEachPlace(problems)) };
}

/** Whoever mends a value mends what follows from it, too: that there is no service of a name that no service can have. */
function firstOfEachPlace(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const places = new Set<string>();
  return problems.filter(({ file, line, column, path }) => {
    const place = `${file}:${line}:${column} ${path}`;
    const isFirst = path === '' || !places.has(place);
    places.add(place);
    return isFirst;
  });
}
