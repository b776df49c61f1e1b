import type { BusError } from '@trunkline/failures';
import type { DegradedOutcome } from './composite';

/** The outcome of a branch. */
export type Outcome = 'live' | DegradedOutcome | 'failed' | 'cancelled';

/** The outcome of one branch, and its failure. */
export interface BranchOutcome {
  readonly outcome: Outcome;
  /** Why the branch is not live. */
  readonly failure?: BusError;
}

/**
 * The outcomes of all composites of one inbound request, nested ones included, by path: `outer.inner`. The response headers about
 * degraded branches are created from it.
 */
export class CompositeOutcomes {
  readonly #root: CompositeOutcomes;
  readonly #prefix: string;
  /** Only the root has it, created when the first branch ends: most requests run no composite. */
  #outcomes: Map<string, BranchOutcome> | undefined;

  /** @param isStrict - the client accepts complete responses only: optional branches are treated as required */
  constructor(
    readonly isStrict = false,
    parent?: { readonly root: CompositeOutcomes; readonly prefix: string },
  ) {
    this.#root = parent?.root ?? this;
    this.#prefix = parent?.prefix ?? '';
  }

  /** Creates the view for a branch: composites within it are recorded below its key. */
  createChild(key: string): CompositeOutcomes {
    return new CompositeOutcomes(this.isStrict, { root: this.#root, prefix: `${this.#prefix}${key}.` });
  }

  /** Records the outcome of a branch. If it is live, the more precise outcomes of its nested branches stay; otherwise it replaces them. */
  record(key: string, outcome: BranchOutcome): void {
    const path = `${this.#prefix}${key}`;
    const outcomes = (this.#root.#outcomes ??= new Map<string, BranchOutcome>());
    const nested = [...outcomes.keys()].filter((other) => other.startsWith(`${path}.`));
    if (nested.length > 0 && outcome.outcome === 'live') return;
    for (const other of nested) outcomes.delete(other);
    outcomes.set(path, outcome);
  }

  /** Whether any branch of the request has ended. */
  get hasOutcomes(): boolean {
    return this.#root.#outcomes !== undefined;
  }

  /** Whether every branch below this view is live. */
  get isLive(): boolean {
    return [...this.list()].every(([, { outcome }]) => outcome === 'live');
  }

  /** The outcomes below this view, with paths relative to it, in the order in which the branches ended. */
  *list(): Iterable<[path: string, outcome: BranchOutcome]> {
    for (const [path, outcome] of this.#root.#outcomes ?? []) {
      if (path.startsWith(this.#prefix)) yield [path.slice(this.#prefix.length), outcome];
    }
  }
}
