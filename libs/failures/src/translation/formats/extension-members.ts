/** `JSON.stringify` would call `toJSON`, and assigning `__proto__` creates no member. */
const FORBIDDEN_MEMBERS: ReadonlySet<string> = new Set(['toJSON', '__proto__']);

/**
 * Adds the facts of a failure to the members of a format. On a name collision the member of the format is kept, so that clients can rely
 * on `code` and `errors`.
 */
export function addExtensionMembers(
  members: Record<string, unknown>,
  facts: Readonly<Record<string, unknown>>,
): object {
  for (const name of Object.keys(facts)) {
    if (!Object.hasOwn(members, name) && !FORBIDDEN_MEMBERS.has(name)) members[name] = facts[name];
  }
  return members;
}
