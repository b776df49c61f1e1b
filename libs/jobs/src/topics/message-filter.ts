type Scalar = string | number | boolean | null;

/** Accepted values of a message's members, by path: `{ 'customer.country': ['SE', 'NO'] }`. */
export type MessageFilter = Readonly<Record<string, Scalar | readonly Scalar[]>>;

/** Whether a message has, at each path of the filter, its value or one of its values. Without a filter, every message matches. */
export function matchesFilter(message: unknown, filter: MessageFilter | undefined): boolean {
  return Object.entries(filter ?? {}).every(([path, accepted]) => {
    const values: readonly unknown[] = Array.isArray(accepted) ? accepted : [accepted];
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
