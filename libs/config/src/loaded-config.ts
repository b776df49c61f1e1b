import { resolve } from 'node:path';
import { toProblem } from './problems/finding';
import { type ConfigPath, isWithin } from './problems/config-path';
import type { Position } from './problems/position';
import type { ConfigProblem } from './problems/config-problem';
import type { ConfigSection } from './schema/config-section';
import type { ConfigTree } from './source/config-tree';
import { type ConfigNode, locateNode, toPlainValue } from './source/config-node';
import { MIN_REDACTED_LENGTH, redactMessage } from './validation/redact-message';
import type { ParsedSection } from './validation/validate-section';

interface LoadedConfigData {
  readonly directory: string;
  readonly root: string;
  readonly tree: ConfigTree;
  readonly secretNodes: ReadonlySet<ConfigNode>;
  readonly values: ReadonlyMap<ConfigSection<unknown>, ParsedSection>;
  readonly invalidPaths: readonly ConfigPath[];
}

/** The configuration: the values of its sections, with their positions in the files. */
export class LoadedConfig {
  /** The config directory, absolute. */
  readonly directory: string;
  /** The project root, absolute. Relative paths in the configuration start here. */
  readonly root: string;
  /** The files that were read, relative to the project root, in reading order. */
  readonly files: readonly string[];
  /** The values of at least 4 characters whose schema is `secret()`: they must not appear in a log. */
  readonly secrets: readonly string[];
  readonly #data: LoadedConfigData;

  constructor(parts: LoadedConfigData) {
    this.#data = parts;
    this.directory = parts.directory;
    this.root = parts.root;
    this.files = parts.tree.files;
    this.secrets = collectSecretTexts(parts.secretNodes);
  }

  /**
   * The value of a section, with defaults applied, even if no file has the section.
   *
   * @throws {TypeError} when the section was not loaded, or no part of it is valid (see {@link isUsable})
   */
  get<T>(section: ConfigSection<T>): T {
    const parsed = this.#data.values.get(section);
    if (!parsed) throw new TypeError(`the section \`${section.key}\` was not loaded, or no part of it is valid`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the value was made by this very section's schema
    return parsed.value as T;
  }

  /** Checks whether any file has the section, with a value. */
  has(section: ConfigSection<unknown>): boolean {
    return this.#data.tree.root.entries.has(section.key);
  }

  /**
   * Checks whether {@link get} has a value for the section. True after `loadConfig`. In a configuration with problems, the value of a
   * usable section lacks its invalid parts.
   */
  isUsable(section: ConfigSection<unknown>): boolean {
    return this.#data.values.has(section);
  }

  /** Checks that no value at, above or below a path has a problem, and that every file could be read. */
  isValid(path: ConfigPath): boolean {
    const { tree, invalidPaths } = this.#data;
    return tree.isComplete && !invalidPaths.some((wrong) => isWithin(path, wrong) || isWithin(wrong, path));
  }

  /** Lists the keys of the mapping at a path in the files, including keys with problems; empty if there is no mapping. */
  listKeys(path: ConfigPath): string[] {
    const { node } = locateNode(this.#data.tree.root, path);
    return node?.kind === 'mapping' ? [...node.entries.keys()] : [];
  }

  /** The paths of the entries of the mapping at a path, those with problems included. Empty where there is none. */
  listChildPaths(path: ConfigPath): ConfigPath[] {
    return this.listKeys(path).map((key) => [...path, key]);
  }

  /**
   * The value at a path in the files, with references resolved and before any schema, even if other parts have problems. `undefined` if
   * there is none, or it could not be read.
   */
  getRawValue(path: ConfigPath): unknown {
    const { node } = locateNode(this.#data.tree.root, path);
    return node && toPlainValue(node);
  }

  /** The position of a value, or of its key for a mapping or a list; the nearest existing ancestor if there is none. */
  findPosition(path: ConfigPath): Position {
    return locateNode(this.#data.tree.root, path).position;
  }

  /**
   * Creates a problem at the position of a path, for a check that a schema cannot do.
   *
   * @param message - expectation and actual value; secrets and values from the environment are removed from it
   */
  createProblem(path: ConfigPath, message: string): ConfigProblem {
    const { node, position } = locateNode(this.#data.tree.root, path);
    return toProblem({ path, position, message: redactMessage(message, node, this.#data.secretNodes) });
  }

  /** Converts a path in the configuration to an absolute path. */
  resolve(path: string): string {
    return resolve(this.root, path);
  }
}

function collectSecretTexts(nodes: Iterable<ConfigNode>): string[] {
  const texts = new Set<string>();
  for (const node of nodes) {
    if (node.kind === 'scalar' && typeof node.value === 'string') texts.add(node.value);
  }
  return [...texts].filter((text) => text.length >= MIN_REDACTED_LENGTH);
}
