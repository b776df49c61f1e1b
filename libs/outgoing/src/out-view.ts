import type { Invocation, Outgoing } from '@trunkline/service';

/** A kind by name, and its views on connections. */
type KindView = readonly [kind: string, createView: (invocation: Invocation) => object];

/** Creates the factory of `this.out`: a getter for each kind on a prototype, so that an invocation costs one small object. */
export function createOutFactory(kinds: readonly KindView[]): (invocation: Invocation) => Outgoing {
  class Out {
    readonly #invocation: Invocation;

    static {
      for (const [kind, createView] of kinds) {
        Object.defineProperty(Out.prototype, kind, {
          enumerable: true,
          get(this: Out): object {
            return createView(this.#invocation);
          },
        });
      }
    }

    constructor(invocation: Invocation) {
      this.#invocation = invocation;
    }
  }
  return (invocation) => {
    const out: object = new Out(invocation);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind declares its member of Outgoing
    return out as Outgoing;
  };
}
