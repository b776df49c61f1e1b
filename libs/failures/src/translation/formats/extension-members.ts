/** `JSON.stringify` would call a function of the first name instead of writing what stands here; the second is no member at all. */
const FORBIDDEN_MEMBERS: ReadonlySet<string> = new Set(['toJSON', '__proto__']);

/**
 * Adds the facts of a failure to the members of a format. Where names collide, those of the format stand: what a client reads
 * under `code` or `errors` is never anything else.
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
