/**
 * Who has how much of something that is bounded, and who has the most of it, give or take a factor of two: clients are sorted by the
 * number of binary digits of what they have, so that any number of them costs the same.
 */
export class ClientUsage {
  readonly #amounts = new Map<string, number>();
  readonly #clientsByDigits: Set<string>[] = [];
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** @param amount - whole, below 2³²; below 0 to take away. Never more is taken away than there is */
  add(client: string, amount: number): void {
    const before = this.#amounts.get(client) ?? 0;
    const after = before + amount;
    this.#total += amount;
    if (after === 0) this.#amounts.delete(client);
    else this.#amounts.set(client, after);
    this.#moveClient(client, countDigits(before), countDigits(after));
  }

  /** The client that has the most; `undefined` when no client has anything. */
  findLargest(): string | undefined {
    for (let digits = this.#clientsByDigits.length - 1; digits > 0; digits -= 1) {
      for (const client of this.#clientsByDigits[digits] ?? []) return client;
    }
    return undefined;
  }

  #moveClient(client: string, before: number, after: number): void {
    if (before === after) return;
    this.#clientsByDigits[before]?.delete(client);
    if (after > 0) (this.#clientsByDigits[after] ??= new Set()).add(client);
  }
}

function countDigits(amount: number): number {
  return 32 - Math.clz32(amount);
}
