/**
 * A bounded queue that serves its owners in turn, regardless of the number of their elements. When it is full, the newest element of the
 * owner with the most elements is dropped for an owner with fewer.
 */
export class FairQueue<T> {
  readonly #byOwner = new Map<string, T[]>();
  #size = 0;

  /** @param capacity - maximum number of elements */
  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.#size;
  }

  /** Adds an element. @returns the dropped element, if the queue was full: the newest of the owner with the most, or `element` */
  add(owner: string, element: T): T | undefined {
    const own = this.#byOwner.get(owner) ?? [];
    const dropped = this.#size < this.capacity ? undefined : this.#evictFor(own.length);
    if (!dropped && this.#size >= this.capacity) return element;
    own.push(element);
    this.#byOwner.set(owner, own);
    this.#size += 1;
    return dropped?.element;
  }

  /** Removes and returns the oldest element of the next owner; `undefined` if the queue is empty. */
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

  /** Removes an element; no effect if it is not in the queue. */
  remove(owner: string, element: T): void {
    const elements = this.#byOwner.get(owner) ?? [];
    const index = elements.indexOf(element);
    if (index === -1) return;
    elements.splice(index, 1);
    if (elements.length === 0) this.#byOwner.delete(owner);
    this.#size -= 1;
  }

  /** Drops the newest element of the owner with the most, if that is more than `count`. */
  #evictFor(count: number): { readonly element: T } | undefined {
    let most: T[] = [];
    for (const elements of this.#byOwner.values()) if (elements.length > most.length) most = elements;
    if (most.length <= count + 1) return undefined;
    const element = most.pop();
    this.#size -= 1;
    return element === undefined ? undefined : { element };
  }
}
