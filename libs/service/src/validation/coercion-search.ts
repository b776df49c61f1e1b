import { type CoercionIssue, MemberCoercion } from './member-coercion';

/** Maximum number of validations, for schemas that report one issue at a time. */
const MAX_ROUNDS = 100;
/** Maximum number of members that are coerced alone when a schema does not name the rejected one. */
const MAX_SINGLE_CANDIDATES = 8;

/**
 * Finds the forms in which a schema accepts the members that arrived as text. A schema only shows what it rejects: each rejected
 * member gets its next form until it is accepted. A text that the schema accepts stays a text.
 */
export class CoercionSearch {
  readonly #members: ReadonlyMap<PropertyKey, MemberCoercion>;
  #rounds = 0;
  /** Forms to try together when the schema rejects the value as a whole, as unions of objects do. */
  #combinations: ReadonlyMap<PropertyKey, unknown>[] | undefined;

  constructor(
    private readonly value: Readonly<Record<string, unknown>>,
    coercible: readonly string[],
  ) {
    this.#members = new Map(coercible.map((key) => [key, new MemberCoercion(value[key])]));
  }

  /** @returns the next value to validate; `undefined` when none is left and the issues are final */
  findNextCandidate(issues: readonly CoercionIssue[]): unknown {
    this.#rounds += 1;
    if (this.#rounds > MAX_ROUNDS) return undefined;
    const byKey = groupByKey(issues);
    let isNamed = false;
    let isChanged = false;
    for (const [key, form] of this.#members) {
      const own = byKey.get(key);
      if (!own) continue;
      isNamed = true;
      if (form.advance(own)) isChanged = true;
    }
    if (isChanged) return this.#replaceMembers([...this.#members].map(([key, form]) => [key, form.value]));
    const isWhole = !isNamed && issues.some(({ path }) => path.length === 0);
    const combination = isWhole ? (this.#combinations ??= this.#createCombinations()).shift() : undefined;
    return combination && this.#replaceMembers([...combination]);
  }

  /** All scalars, then each alone, then none, so that the last issues are those of the original value. */
  #createCombinations(): ReadonlyMap<PropertyKey, unknown>[] {
    const scalars = [...this.#members].flatMap(([key, form]): [PropertyKey, unknown][] =>
      form.scalar === form.value ? [] : [[key, form.scalar]],
    );
    if (scalars.length === 0) return [];
    const alone = scalars.length > 1 ? scalars.slice(0, MAX_SINGLE_CANDIDATES).map((scalar) => new Map([scalar])) : [];
    return [new Map(scalars), ...alone, new Map()];
  }

  #replaceMembers(members: readonly (readonly [PropertyKey, unknown])[]): unknown {
    return { ...this.value, ...Object.fromEntries(members) };
  }
}

function groupByKey(issues: readonly CoercionIssue[]): ReadonlyMap<PropertyKey | undefined, readonly CoercionIssue[]> {
  const groups = new Map<PropertyKey | undefined, CoercionIssue[]>();
  for (const issue of issues) {
    const [key] = issue.path;
    const group = groups.get(key);
    if (group) group.push(issue);
    else groups.set(key, [issue]);
  }
  return groups;
}
