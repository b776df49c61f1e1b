type Scalar = string | number | boolean | null;

/** What members of a message have to be, by their path: `{ 'customer.country': ['SE', 'NO'] }`. */
export type MessageFilter = Readonly<Record<string, Scalar | readonly Scalar[]>>;

/** Does a message have, at each path, the value or one of the values that the filter names? Without a filter, every message does. */
export function matchesFilter(message: unknown, filter: MessageFilter | undefined): boolean {
  return Object.entries(filter ?? {}).every(([path, wanted]) => {
    const values: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
    return values.includes(readMember(message, path));
  });
}

function readMember(message: unknown, path: string): unknown {
  let member = message;
  for (const name of path.split('.')) {
    if (typeof member !== 'object' || member === null || !Object.hasOwn(member, name)) return undefined;
    member = Reflect.get(member, name);
  }
  return member;
}
