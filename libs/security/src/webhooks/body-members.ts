/**
 * Parses a body as JSON, for schemes whose signature or handshake is in the body.
 *
 * @returns `undefined` for a body that is not JSON
 */
export function parseBody(body: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return value;
  } catch {
    // The body of an unsigned delivery may be anything.
    return undefined;
  }
}

/** Returns a member by the names on its path; `undefined` where one is missing. */
export function getMember(value: unknown, ...path: readonly string[]): unknown {
  let member = value;
  for (const name of path) {
    if (typeof member !== 'object' || member === null || !Object.hasOwn(member, name)) return undefined;
    member = Reflect.get(member, name);
  }
  return member;
}

/** Returns a member that is text and not empty; `undefined` otherwise. */
export function getText(value: unknown, ...path: readonly string[]): string | undefined {
  const member = getMember(value, ...path);
  return typeof member === 'string' && member !== '' ? member : undefined;
}
