import type { Finding } from '../problems/finding';
import { readConfigDirectory } from './config-directory';
import { type Environment, Interpolator } from './interpolator';
import { type IsMergeable, TreeMerger } from './tree-merger';
import type { MappingNode } from './config-node';

export interface ConfigTree {
  /** The files that were found, sorted, relative to the project root. */
  readonly files: readonly string[];
  readonly root: MappingNode;
  readonly findings: readonly Finding[];
  /** Whether every file could be read. If not, what seems to be missing may be in one that could not. */
  readonly isComplete: boolean;
}

interface ConfigTreeOptions {
  readonly directory: string;
  /** The project root, absolute. */
  readonly root: string;
  readonly env: Environment;
  readonly isMergeable: IsMergeable;
}

/** Reads the files of a directory, puts values in the place of references, and makes one tree of them all. */
export function readConfigTree({ directory, root, env, isMergeable }: ConfigTreeOptions): ConfigTree {
  const { files, roots, findings } = readConfigDirectory(directory, root);
  const interpolation = new Interpolator(env, root);
  const merge = new TreeMerger(isMergeable);
  const parts = roots.map((sections) => interpolation.interpolateMapping(sections, []));
  return {
    files,
    root: merge.merge({ file: files[0] ?? '', line: 1, column: 1 }, parts),
    findings: [...findings, ...interpolation.findings, ...merge.findings],
    isComplete: files.length > 0 && roots.length === files.length,
  };
}
