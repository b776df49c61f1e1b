import { InternalError } from '../errors/internal-error';

/**
 * Refuses a value that holds a promise, which JSON writes as `{}`: somebody has forgotten to wait for it.
 *
 * Most JSON has no `{}` in it, and costs one search of a text; the value itself is walked through only where there is one.
 *
 * @param json - what was written of the value
 * @param what - the subject of the message: `the payload of customer.get`
 * @throws {InternalError} naming the place as a JSON pointer
 */
export function assertNoPromise(json: string, value: unknown, what: string): void {
  if (!json.includes('{}')) return;
  const pointer = findPromise(value);
  if (pointer !== undefined) throw new InternalError(`${what} holds a promise at ${pointer}: is an await missing?`);
}

/** Where JSON meets the first promise. It is written a second time, since that sees what `toJSON` makes of members. */
function findPromise(value: unknown): string | undefined {
  const pointers = new Map<unknown, string>();
  let found: string | undefined;
  JSON.stringify(value, function find(this: unknown, key: string, member: unknown): unknown {
    if (found !== undefined || typeof member !== 'object' || member === null) return undefined;
    const holder = pointers.get(this);
    // The first call is for the value itself, in a holder of its own.
    const pointer = holder === undefined ? '' : `${holder}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    pointers.set(member, pointer);
    if (!isPromise(member)) return member;
    found = pointer === '' ? '#' : pointer;
    return undefined;
  });
  return found;
}

/** By shape: promises of other realms and libraries are promises, too. */
function isPromise(value: object): boolean {
  return 'then' in value && typeof value.then === 'function';
}
