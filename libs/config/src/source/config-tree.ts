import type { Finding } from '../problems/finding';
import { readConfigDirectory } from './config-directory';
import { type Environment, Interpolator } from './interpolator';
import { type IsMergeable, TreeMerger } from './tree-merger';
import type { MappingNode } from './config-node';

export interface ConfigTree {
  /** The files of the directory, sorted, relative to the project root. */
  readonly files: readonly string[];
  readonly root: MappingNode;
  readonly findings: readonly Finding[];
  /** Whether every file could be read. If not, a missing value may be in an unreadable file. */
  readonly isComplete: boolean;
}

interface ConfigTreeOptions {
  readonly directory: string;
  /** The project root, absolute. */
  readonly root: string;
  readonly env: Environment;
  readonly isMergeable: IsMergeable;
}

/** Reads the files of a directory, resolves references, and merges the files into one tree. */
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
