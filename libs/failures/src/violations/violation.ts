/** A value that does not match its declaration. */
export interface Violation {
  /** JSON Pointer to the value in the input, as a URI fragment (RFC 6901 §6): `#/items/0/sku`; `#` is the whole input. */
  readonly pointer: string;
  /** The path to the value for people: `items[0].sku`; empty for the whole input. */
  readonly field: string;
  /** What is wrong with the value. Never the value itself. */
  readonly detail: string;
  /** The violated rule, by its name in the validator: `isNotEmpty`, `too_small`. */
  readonly rule: string;
}

/** Creates the violation for the value at `path`: keys and array indices from the root of the input. */
export function violationAt(path: readonly PropertyKey[], detail: string, rule: string): Violation {
  return { pointer: toPointer(path), field: toFieldPath(path), detail, rule };
}

/** Sorts violations by pointer, array indices as numbers, so that responses can be compared. */
export function sortByPointer(violations: readonly Violation[]): readonly Violation[] {
  if (violations.length < 2) return violations;
  // The first collator of a process loads the collation data, which takes a start longer than a hundred modules.
  pointerOrder ??= new Intl.Collator('en', { numeric: true });
  const { compare } = pointerOrder;
  return violations.toSorted((a, b) => compare(a.pointer, b.pointer));
}

const ARRAY_INDEX = /^\d+$/;
let pointerOrder: Intl.Collator | undefined;

function toPointer(path: readonly PropertyKey[]): string {
  return ['#', ...path.map(toPointerToken)].join('/');
}

/** JSON can hold a lone surrogate, a URI cannot. */
function toPointerToken(key: PropertyKey): string {
  const text = String(key).replaceAll(/\p{Surrogate}/gu, '\u{fffd}');
  return encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function toFieldPath(path: readonly PropertyKey[]): string {
  let field = '';
  for (const key of path) {
    if (ARRAY_INDEX.test(String(key))) field += `[${String(key)}]`;
    else field += field === '' ? String(key) : `.${String(key)}`;
  }
  return field;
}
