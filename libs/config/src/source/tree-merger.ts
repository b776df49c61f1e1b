import { type Finding, describeDuplicate } from '../problems/finding';
import type { ConfigPath } from '../problems/config-path';
import type { Position } from '../problems/position';
import type { ConfigNode, Entry, MappingNode } from './config-node';

/** Checks whether the mapping at a path may be split over several places with different keys. */
export type IsMergeable = (path: ConfigPath) => boolean;

/**
 * Merges the trees of several files. A mergeable mapping is combined from its parts; an empty part is ignored. Every other key is allowed
 * once, in one file.
 */
export class TreeMerger {
  readonly findings: Finding[] = [];
  readonly #isMergeable: IsMergeable;

  constructor(mayBeSpread: IsMergeable) {
    this.#isMergeable = mayBeSpread;
  }

  /** @param position - the position of the result */
  merge(position: Position, parts: readonly MappingNode[], path: ConfigPath = []): MappingNode {
    const entriesByKey = new Map<string, Entry[]>();
    for (const [key, entry] of parts.flatMap((part) => [...part.entries])) {
      const others = entriesByKey.get(key);
      if (others) others.push(entry);
      else entriesByKey.set(key, [entry]);
    }

    const entries = new Map<string, Entry>();
    for (const [key, sameKey] of entriesByKey) {
      const entry = this.#mergeEntry(sameKey, [...path, key]);
      if (entry) entries.set(key, entry);
    }
    return { kind: 'mapping', position, entries };
  }

  #mergeEntry(entries: readonly Entry[], path: ConfigPath): Entry | undefined {
    if (!this.#isMergeable(path)) return this.#takeSingle(entries, path);
    const nonEmpty = entries.filter(({ node }) => !isNull(node));
    const parts = nonEmpty.flatMap(({ node }) => (node.kind === 'mapping' ? [node] : []));
    const [first] = nonEmpty;
    if (!first || parts.length < nonEmpty.length) return this.#takeSingle(nonEmpty, path);
    return { ...first, node: this.merge(first.node.position, parts, path) };
  }

  #takeSingle([first, ...others]: readonly Entry[], path: ConfigPath): Entry | undefined {
    if (!first) return undefined;
    for (const { keyPosition } of others) {
      this.findings.push({ path, position: keyPosition, message: describeDuplicate(first.keyPosition) });
    }
    return first;
  }
}

function isNull(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
