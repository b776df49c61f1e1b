import type { HeaderValues } from '../../http/request/header-rules';
import { createBadRequest } from '../../http/request/bad-request';

const PLACEHOLDER = /\{([A-Za-z_][\w.-]*)\}/g;

/** Values by name. */
type Values = Readonly<Record<string, unknown>>;

/**
 * Headers with `{placeholders}` in their values, compiled once: `{ 'If-Match': '{etag}' }`.
 *
 * A header is left out where all values of its placeholders are absent and optional. Any other missing value is rejected: an upstream
 * would treat a PUT without its If-Match as an unconditional one.
 */
export class HeaderTemplates {
  /** Names of the placeholders. */
  readonly names: ReadonlySet<string>;
  readonly #templates: readonly (readonly [header: string, template: string, names: readonly string[]])[];

  /** @param optional - names of placeholders whose value may be absent */
  constructor(
    headers: Readonly<Record<string, string>>,
    private readonly optional: ReadonlySet<string>,
  ) {
    this.#templates = Object.entries(headers).map(([header, template]) => [
      header,
      template,
      listPlaceholders(template),
    ]);
    this.names = new Set(this.#templates.flatMap(([, , names]) => names));
  }

  /** @throws {BusError} 400 `BAD_REQUEST` when a value is missing, empty, or no text, number or boolean */
  fill(values: Values): HeaderValues {
    const filled: Record<string, string | undefined> = {};
    for (const [header, template, names] of this.#templates) {
      const isAbsent = names.length > 0 && names.every((name) => this.optional.has(name) && isMissing(values, name));
      filled[header] = isAbsent
        ? undefined
        : template.replaceAll(PLACEHOLDER, (_all, name: string) => formatHeaderValue(values, name));
    }
    return filled;
  }
}

/** Names of the placeholders in the value of a header. */
export function listPlaceholders(template: string): readonly string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

function isMissing(values: Values, name: string): boolean {
  return !Object.hasOwn(values, name) || values[name] === undefined || values[name] === null;
}

function formatHeaderValue(values: Values, name: string): string {
  const value = isMissing(values, name) ? '' : values[name];
  if (value === '') throw createBadRequest(`the header value ${name} is missing or empty`);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw createBadRequest(`the header value ${name} must be a string, a number or a boolean`);
}
