import { InternalError } from '../errors/internal-error';

/**
 * Rejects a value that holds a promise, which JSON serializes as `{}`: an `await` is missing.
 *
 * Most JSON has no `{}`, so that one search of the text is enough; only a text with `{}` requires a walk through the value.
 *
 * @param json - the serialized value
 * @param subject - of the message: `the payload of customer.get`
 * @throws {InternalError} with the JSON pointer of the promise
 */
export function assertNoPromise(json: string, value: unknown, subject: string): void {
  if (!json.includes('{}')) return;
  const pointer = findPromise(value);
  if (pointer !== undefined) throw new InternalError(`${subject} holds a promise at ${pointer}: is an await missing?`);
}

/** Finds the pointer of the first promise. Serializes again, since that sees the results of `toJSON`. */
function findPromise(value: unknown): string | undefined {
  const pointers = new Map<unknown, string>();
  let found: string | undefined;
  JSON.stringify(value, function find(this: unknown, key: string, member: unknown): unknown {
    if (found !== undefined || typeof member !== 'object' || member === null) return undefined;
    const holder = pointers.get(this);
    // The first call is for the value itself, in a wrapper object.
    const pointer = holder === undefined ? '' : `${holder}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    pointers.set(member, pointer);
    if (!isPromise(member)) return member;
    found = pointer === '' ? '#' : pointer;
    return undefined;
  });
  return found;
}

/** Checks the shape, for promises of other realms and libraries. */
function isPromise(value: object): boolean {
  return 'then' in value && typeof value.then === 'function';
}
