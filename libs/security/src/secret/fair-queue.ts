/**
 * A bounded queue whose owners take turns, however much each of them has in it. Where it is full, the owner with the most elements
 * gives way to one that has fewer.
 */
export class FairQueue<T> {
  readonly #byOwner = new Map<string, T[]>();
  #size = 0;

  /** @param capacity - the most elements that it holds */
  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.#size;
  }

  /** @returns the element for which there is no room: the newest of the owner with the most, or `element` itself */
  add(owner: string, element: T): T | undefined {
    const own = this.#byOwner.get(owner) ?? [];
    const dropped = this.#size < this.capacity ? undefined : this.#evictFor(own.length);
    if (!dropped && this.#size >= this.capacity) return element;
    own.push(element);
    this.#byOwner.set(owner, own);
    this.#size += 1;
    return dropped?.element;
  }

  /** Takes the oldest element of the owner whose turn it is; `undefined` when there is none. */
  take(): T | undefined {
    for (const [owner, elements] of this.#byOwner) {
      const element = elements.shift();
      this.#byOwner.delete(owner);
      if (elements.length > 0) this.#byOwner.set(owner, elements);
      this.#size -= 1;
      return element;
    }
    return undefined;
  }

  /** Without effect where the element is not there any more. */
  remove(owner: string, element: T): void {
    const elements = this.#byOwner.get(owner) ?? [];
    const index = elements.indexOf(element);
    if (index === -1) return;
    elements.splice(index, 1);
    if (elements.length === 0) this.#byOwner.delete(owner);
    this.#size -= 1;
  }

  /** The newest element of the owner with the most, where that is more than the newcomer would have. */
  #evictFor(count: number): { readonly element: T } | undefined {
    let most: T[] = [];
    for (const elements of this.#byOwner.values()) if (elements.length > most.length) most = elements;
    if (most.length <= count + 1) return undefined;
    const element = most.pop();
    this.#size -= 1;
    return element === undefined ? undefined : { element };
  }
}
