import { assertNoPromise } from '../json/assert-no-promise';

/**
 * The value as JSON.
 *
 * @throws {TypeError} for what has no such form: functions, cycles, BigInt
 * @throws {InternalError} for what holds a promise
 */
export function serializeJson(payload: unknown): string {
  const json: string | undefined = JSON.stringify(payload);
  if (json === undefined) throw new TypeError(`a ${typeof payload} cannot be JSON`);
  assertNoPromise(json, payload, 'it');
  return json;
}

/** The members that can be JSON, each by itself. */
export function pickSerializableMembers(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const facts: Record<string, unknown> = {};
  for (const name of Object.keys(data)) {
    try {
      facts[name] = JSON.parse(serializeJson(data[name]));
    } catch {
      // This one cannot be told.
    }
  }
  return facts;
}
