import { type CoercionIssue, MemberCoercion } from './member-coercion';

/** A schema that reports one issue at a time is asked this often at most. */
const MAX_ROUNDS = 100;
/** So many members are tried alone where a schema does not say which it refuses. */
const MAX_SINGLE_CANDIDATES = 8;

/**
 * Finds the forms in which a schema takes the members that came as text. Nothing is known of a schema but what it refuses: each
 * refused member is given its next form until it is no longer refused. A text that is accepted as it is stays a text.
 */
export class CoercionSearch {
  readonly #members: ReadonlyMap<PropertyKey, MemberCoercion>;
  #rounds = 0;
  /** Forms to be tried together where the schema refuses the value as a whole, as unions of objects do. */
  #combinations: ReadonlyMap<PropertyKey, unknown>[] | undefined;

  constructor(
    private readonly value: Readonly<Record<string, unknown>>,
    texts: readonly string[],
  ) {
    this.#members = new Map(texts.map((key) => [key, new MemberCoercion(value[key])]));
  }

  /** @returns the value to be checked next; `undefined` where there is no other: the issues stand */
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
    const together = isWhole ? (this.#combinations ??= this.#createCombinations()).shift() : undefined;
    return together && this.#replaceMembers([...together]);
  }

  /** All scalars, then each alone, then none, for the issues of the value as it came. */
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
