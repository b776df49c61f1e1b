import { type Finding, describeDuplicate } from '../problems/finding';
import type { ConfigPath } from '../problems/config-path';
import type { Position } from '../problems/position';
import type { ConfigNode, Entry, MappingNode } from './config-node';

/** Whether the mapping at a path may be given in several places, each with other keys. */
export type IsMergeable = (path: ConfigPath) => boolean;

/**
 * Makes one tree of those of several files. A mapping that may be spread is put together of its parts, and counts as not
 * given where nothing stands below its key; every other key may stand once, in one file.
 */
export class TreeMerger {
  readonly findings: Finding[] = [];
  readonly #isMergeable: IsMergeable;

  constructor(mayBeSpread: IsMergeable) {
    this.#isMergeable = mayBeSpread;
  }

  /** @param position - of the whole */
  merge(position: Position, parts: readonly MappingNode[], path: ConfigPath = []): MappingNode {
    const places = new Map<string, Entry[]>();
    for (const [key, entry] of parts.flatMap((part) => [...part.entries])) {
      const others = places.get(key);
      if (others) others.push(entry);
      else places.set(key, [entry]);
    }

    const entries = new Map<string, Entry>();
    for (const [key, found] of places) {
      const entry = this.#mergeEntry(found, [...path, key]);
      if (entry) entries.set(key, entry);
    }
    return { kind: 'mapping', position, entries };
  }

  #mergeEntry(places: readonly Entry[], path: ConfigPath): Entry | undefined {
    if (!this.#isMergeable(path)) return this.#takeSingle(places, path);
    const given = places.filter(({ node }) => !isNull(node));
    const parts = given.flatMap(({ node }) => (node.kind === 'mapping' ? [node] : []));
    const [first] = given;
    if (!first || parts.length < given.length) return this.#takeSingle(given, path);
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
