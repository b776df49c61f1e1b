import { resolve } from 'node:path';
import { toProblem } from './problems/finding';
import { type ConfigPath, isWithin } from './problems/config-path';
import type { Position } from './problems/position';
import type { ConfigProblem } from './problems/config-problem';
import type { ConfigSection } from './schema/config-section';
import type { ConfigTree } from './source/config-tree';
import { type ConfigNode, locateNode, toPlainValue } from './source/config-node';
import { redactMessage } from './validation/redact-message';
import type { ParsedSection } from './validation/validate-section';

interface LoadedConfigData {
  readonly directory: string;
  readonly root: string;
  readonly tree: ConfigTree;
  readonly secretNodes: ReadonlySet<ConfigNode>;
  readonly values: ReadonlyMap<ConfigSection<unknown>, ParsedSection>;
  readonly invalidPaths: readonly ConfigPath[];
}

/** The configuration: the values of its sections, and where in the files each of them stands. */
export class LoadedConfig {
  /** The config directory, absolute. */
  readonly directory: string;
  /** The project root, absolute: relative paths in the configuration start here. */
  readonly root: string;
  /** The files that were read, relative to the project root, in the order in which they were read. */
  readonly files: readonly string[];
  /** The values, of at least 4 characters, that must not appear in a log: what stands where a schema has `secret()`. */
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
   * The value of a section, defaults applied, also where no file has the section.
   *
   * @throws {TypeError} when the section was not among those loaded, or nothing of it is valid (see {@link isUsable})
   */
  get<T>(section: ConfigSection<T>): T {
    const parsed = this.#data.values.get(section);
    if (!parsed) throw new TypeError(`the section \`${section.key}\` was not loaded, or nothing of it is valid`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the value was made by this very section's schema
    return parsed.value as T;
  }

  /** Whether any file has the section. One with nothing below its key counts as not given. */
  has(section: ConfigSection<unknown>): boolean {
    return this.#data.tree.root.entries.has(section.key);
  }

  /**
   * Whether {@link get} has a value for the section. Always so after `loadConfig`; in a configuration with problems, a
   * section that is usable lacks the parts that are wrong.
   */
  isUsable(section: ConfigSection<unknown>): boolean {
    return this.#data.values.has(section);
  }

  /** Whether nothing at a path, above it or below it, has a problem, and every file could be read. */
  isValid(path: ConfigPath): boolean {
    const { tree, invalidPaths } = this.#data;
    return tree.isComplete && !invalidPaths.some((wrong) => isWithin(path, wrong) || isWithin(wrong, path));
  }

  /** The keys of the mapping at a path as the files have them, those with problems included. Empty where there is none. */
  listKeys(path: ConfigPath): string[] {
    const { node } = locateNode(this.#data.tree.root, path);
    return node?.kind === 'mapping' ? [...node.entries.keys()] : [];
  }

  /** The paths of the entries of the mapping at a path, those with problems included. Empty where there is none. */
  listChildPaths(path: ConfigPath): ConfigPath[] {
    return this.listKeys(path).map((key) => [...path, key]);
  }

  /**
   * The value at a path as the files have it, references resolved, before any schema: what can be said of a part of the
   * configuration whose neighbours have problems. `undefined` where there is none, or none that could be read.
   */
  getRawValue(path: ConfigPath): unknown {
    const { node } = locateNode(this.#data.tree.root, path);
    return node && toPlainValue(node);
  }

  /** The place of a value, or of its key if it is a mapping or a list; of the nearest thing around it that exists. */
  findPosition(path: ConfigPath): Position {
    return locateNode(this.#data.tree.root, path).position;
  }

  /**
   * A problem at the place of a path, for what a schema cannot see.
   *
   * @param message - what was expected and what came; values there that are secret or from the environment are taken out of it
   */
  createProblem(path: ConfigPath, message: string): ConfigProblem {
    const { node, position } = locateNode(this.#data.tree.root, path);
    return toProblem({ path, position, message: redactMessage(message, node, this.#data.secretNodes) });
  }

  /** A path that the configuration names, absolute. */
  resolve(path: string): string {
    return resolve(this.root, path);
  }
}

/** Shorter secrets would be found in innocent words. */
const MIN_SECRET_LENGTH = 4;

function collectSecretTexts(nodes: Iterable<ConfigNode>): string[] {
  const texts = new Set<string>();
  for (const node of nodes) {
    if (node.kind === 'scalar' && typeof node.value === 'string') texts.add(node.value);
  }
  return [...texts].filter((text) => text.length >= MIN_SECRET_LENGTH);
}
