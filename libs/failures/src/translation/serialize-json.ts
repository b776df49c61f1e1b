import { assertNoPromise } from '../json/assert-no-promise';

/**
 * Serializes a value as JSON.
 *
 * @throws {TypeError} for a value that JSON cannot express: functions, cycles, BigInt
 * @throws {InternalError} for a value that holds a promise
 */
export function serializeJson(payload: unknown): string {
  const json: string | undefined = JSON.stringify(payload);
  if (json === undefined) throw new TypeError(`a ${typeof payload} cannot be JSON`);
  assertNoPromise(json, payload, 'it');
  return json;
}

/** Picks the members that can be serialized as JSON. */
export function pickSerializableMembers(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const facts: Record<string, unknown> = {};
  for (const name of Object.keys(data)) {
    try {
      facts[name] = JSON.parse(serializeJson(data[name]));
    } catch {
      // This member cannot be serialized.
    }
  }
  return facts;
}
