import { type Finding, givenTwice } from '../finding';
import type { ConfigPath } from '../path';
import type { Position } from '../position';
import type { ConfigNode, Entry, MappingNode } from './tree';

/** Whether the mapping at a path may be given in several places, each with other keys. */
export type MayBeSpread = (path: ConfigPath) => boolean;

/**
 * Makes one tree of those of several files. A mapping that may be spread is put together of its parts, and counts as not
 * given where nothing stands below its key; every other key may stand once, in one file.
 */
export class Merge {
  readonly findings: Finding[] = [];
  readonly #mayBeSpread: MayBeSpread;

  constructor(mayBeSpread: MayBeSpread) {
    this.#mayBeSpread = mayBeSpread;
  }

  /** @param position - of the whole */
  combine(position: Position, parts: readonly MappingNode[], path: ConfigPath = []): MappingNode {
    const places = new Map<string, Entry[]>();
    for (const [key, entry] of parts.flatMap((part) => [...part.entries])) {
      const others = places.get(key);
      if (others) others.push(entry);
      else places.set(key, [entry]);
    }

    const entries = new Map<string, Entry>();
    for (const [key, found] of places) {
      const entry = this.#entry(found, [...path, key]);
      if (entry) entries.set(key, entry);
    }
    return { kind: 'mapping', position, entries };
  }

  #entry(places: readonly Entry[], path: ConfigPath): Entry | undefined {
    if (!this.#mayBeSpread(path)) return this.#only(places, path);
    const given = places.filter(({ node }) => !isNothing(node));
    const parts = given.flatMap(({ node }) => (node.kind === 'mapping' ? [node] : []));
    const [first] = given;
    if (!first || parts.length < given.length) return this.#only(given, path);
    return { ...first, node: this.combine(first.node.position, parts, path) };
  }

  #only([first, ...others]: readonly Entry[], path: ConfigPath): Entry | undefined {
    if (!first) return undefined;
    for (const { keyPosition } of others) {
      this.findings.push({ path, position: keyPosition, message: givenTwice(first.keyPosition) });
    }
    return first;
  }
}

function isNothing(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
