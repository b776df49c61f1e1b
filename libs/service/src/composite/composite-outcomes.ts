import type { BusError } from '@trunkline/failures';
import type { DegradedOutcome } from './composite';

/** How a branch ended. */
export type Outcome = 'live' | DegradedOutcome | 'failed' | 'cancelled';

/** The end of one branch. */
export interface BranchOutcome {
  readonly outcome: Outcome;
  /** Why it is not live. */
  readonly failure?: BusError;
}

/**
 * The branches of everything that is composed for one inbound request, however deep: leaves by their path, `outer.inner`. What a
 * client is told of a degraded answer is read from it.
 */
export class CompositeOutcomes {
  readonly #root: CompositeOutcomes;
  readonly #prefix: string;
  /** On the root alone, and made when the first branch ends: most requests compose nothing. */
  #outcomes: Map<string, BranchOutcome> | undefined;

  /** @param isStrict - the client wants all or nothing: optional branches are taken for required */
  constructor(
    readonly isStrict = false,
    above?: { readonly root: CompositeOutcomes; readonly prefix: string },
  ) {
    this.#root = above?.root ?? this;
    this.#prefix = above?.prefix ?? '';
  }

  /** The part of it that a branch makes: what is composed there is noted below its key. */
  createChild(key: string): CompositeOutcomes {
    return new CompositeOutcomes(this.isStrict, { root: this.#root, prefix: `${this.#prefix}${key}.` });
  }

  /** Notes how a branch ended. Leaves below a live one tell more than it does; whatever else takes their place. */
  record(key: string, leaf: BranchOutcome): void {
    const path = `${this.#prefix}${key}`;
    const leaves = (this.#root.#outcomes ??= new Map<string, BranchOutcome>());
    const below = [...leaves.keys()].filter((other) => other.startsWith(`${path}.`));
    if (below.length > 0 && leaf.outcome === 'live') return;
    for (const other of below) leaves.delete(other);
    leaves.set(path, leaf);
  }

  /** Has anything been composed? */
  get hasOutcomes(): boolean {
    return this.#root.#outcomes !== undefined;
  }

  /** Is all that has been composed in this part live? */
  get isLive(): boolean {
    return [...this.list()].every(([, { outcome }]) => outcome === 'live');
  }

  /** Leaves, relative to this part, in the order in which they ended. */
  *list(): Iterable<[path: string, leaf: BranchOutcome]> {
    for (const [path, leaf] of this.#root.#outcomes ?? []) {
      if (path.startsWith(this.#prefix)) yield [path.slice(this.#prefix.length), leaf];
    }
  }
}
