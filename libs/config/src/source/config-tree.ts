import type { Finding } from '../finding';
import { readConfigDirectory } from './config-directory';
import { type Environment, Interpolation } from './interpolation';
import { type MayBeSpread, Merge } from './merge';
import type { MappingNode } from './tree';

export interface ConfigTree {
  /** The files that were found, sorted, relative to the project root. */
  readonly files: readonly string[];
  readonly root: MappingNode;
  readonly findings: readonly Finding[];
  /** Whether every file could be read. If not, what seems to be missing may be in one that could not. */
  readonly isComplete: boolean;
}

interface TreeOptions {
  readonly directory: string;
  /** The project root, absolute. */
  readonly root: string;
  readonly env: Environment;
  readonly mayBeSpread: MayBeSpread;
}

/** Reads the files of a directory, puts values in the place of references, and makes one tree of them all. */
export function readConfigTree({ directory, root, env, mayBeSpread }: TreeOptions): ConfigTree {
  const { files, roots, findings } = readConfigDirectory(directory, root);
  const interpolation = new Interpolation(env, root);
  const merge = new Merge(mayBeSpread);
  const parts = roots.map((sections) => interpolation.mapping(sections, []));
  return {
    files,
    root: merge.combine({ file: files[0] ?? '', line: 1, column: 1 }, parts),
    findings: [...findings, ...interpolation.findings, ...merge.findings],
    isComplete: files.length > 0 && roots.length === files.length,
  };
}
