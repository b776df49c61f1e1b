/**
 * Usage of a bounded resource by client, with the approximate largest user: clients are grouped by the binary digits of their usage, so that
 * the cost does not depend on their number.
 */
export class ClientUsage {
  readonly #amounts = new Map<string, number>();
  readonly #clientsByDigits: Set<string>[] = [];
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** @param amount - a whole number below 2³², negative to reduce the usage, which must not fall below 0 */
  add(client: string, amount: number): void {
    const before = this.#amounts.get(client) ?? 0;
    const after = before + amount;
    this.#total += amount;
    if (after === 0) this.#amounts.delete(client);
    else this.#amounts.set(client, after);
    this.#moveClient(client, countDigits(before), countDigits(after));
  }

  /** Finds a client with the largest usage, within a factor of two; `undefined` if there is no usage. */
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
