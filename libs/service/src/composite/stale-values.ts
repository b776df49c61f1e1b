/** Values kept for each branch. */
const MOST_VALUES = 1_000;

interface Kept {
  readonly value: unknown;
  readonly atMs: number;
}

/**
 * The last good value of services, by their input, for composites that may serve it when the service fails (RFC 5861 §4). In the
 * process, and bounded: of each service the 1 000 inputs that were used last.
 */
export class StaleValues {
  readonly #byService = new Map<string, Map<string, Kept>>();

  /** @param now - milliseconds, monotonic */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Keeps a copy. What cannot be copied, or whose input has no name, is not kept. */
  keep(service: string, input: unknown, value: unknown): void {
    const key = keyOf(input);
    const copy = copyOf(value);
    if (key === undefined || copy === undefined) return;
    const values = this.#byService.get(service) ?? new Map<string, Kept>();
    this.#byService.set(service, values);
    values.delete(key);
    values.set(key, { value: copy.value, atMs: this.now() });
    const [oldest] = values.keys();
    if (values.size > MOST_VALUES && oldest !== undefined) values.delete(oldest);
  }

  /** A copy of the value for an input, if it is no older than that. */
  find(service: string, input: unknown, noOlderThanMs: number): { readonly value: unknown } | undefined {
    const key = keyOf(input);
    const kept = key === undefined ? undefined : this.#byService.get(service)?.get(key);
    return kept && this.now() - kept.atMs <= noOlderThanMs ? copyOf(kept.value) : undefined;
  }
}

/** Inputs that differ in nothing but the order of their members are the same. */
function keyOf(input: unknown): string | undefined {
  try {
    return JSON.stringify(input, (_key, value: unknown) => inOrder(value));
  } catch {
    // An input that cannot be written down has no name to be found by.
    return undefined;
  }
}

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Services own their values: what one of them changes must not change what another is given. */
function copyOf(value: unknown): { readonly value: unknown } | undefined {
  try {
    return { value: structuredClone(value) };
  } catch {
    // A function or the like: it is served live only.
    return undefined;
  }
}
