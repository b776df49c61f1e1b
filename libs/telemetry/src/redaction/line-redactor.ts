import { isSecretName, isSuspect, REDACTED, withoutSecretForms } from './secret-forms';
import type { SecretValues } from './secret-values';

const LONGEST_TEXT = 16_384;
/** Set by the logger itself, and read by whoever collects logs. */
const UNTOUCHED: ReadonlySet<string> = new Set(['level', 'time']);

/**
 * Takes secrets out of finished log lines: members by their name, texts by their form, and the configured secrets wherever they
 * are. Long texts are cut, after that, so that no cut can leave half a secret.
 *
 * On the finished line, since that is the one place that everything comes by: message, fields, fields of parent loggers, stacks. A
 * line without anything suspect costs two regular expressions; the others are parsed and written anew.
 */
export class LineRedactor {
  readonly #secrets: SecretValues;

  constructor(secrets: SecretValues) {
    this.#secrets = secrets;
  }

  /** @param line - one line of JSON, with its end */
  redact(line: string): string {
    if (line.length <= LONGEST_TEXT && !isSuspect(line) && !this.#secrets.areIn(line)) return line;
    const members: object = JSON.parse(line);
    const redacted = Object.entries(members).map(([name, value]) =>
      UNTOUCHED.has(name) ? [name, value] : this.#member(name, value),
    );
    return `${JSON.stringify(Object.fromEntries(redacted))}\n`;
  }

  #member(name: string, value: unknown): [string, unknown] {
    return [this.#text(name), isSecretName(name) ? masked(value) : this.#value(value)];
  }

  #value(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'number') return this.#secrets.areIn(String(value)) ? REDACTED : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((element, index) => this.#element(element, value[index - 1]));
    return Object.fromEntries(Object.entries(value).map(([name, content]) => this.#member(name, content)));
  }

  /** In lists of names and values, such as raw headers, a name is followed by its value. */
  #element(element: unknown, before: unknown): unknown {
    const isValue = typeof before === 'string' && before.length <= 64 && isSecretName(before);
    return isValue && typeof element === 'string' ? REDACTED : this.#value(element);
  }

  #text(text: string): string {
    const known = this.#secrets.maskedIn(text);
    const clean = isSuspect(known) ? (this.#json(known) ?? withoutSecretForms(known)) : known;
    return clean.length > LONGEST_TEXT ? `${clean.slice(0, LONGEST_TEXT)}… (${clean.length} characters)` : clean;
  }

  /** A text that is JSON in turn is redacted by its members. */
  #json(text: string): string | undefined {
    if (!text.startsWith('{') && !text.startsWith('[')) return undefined;
    try {
      return JSON.stringify(this.#value(JSON.parse(text)));
    } catch {
      return undefined;
    }
  }
}

/** That a secret is absent or empty is no secret, nor is a flag of that name. */
function masked(value: unknown): unknown {
  return value === null || value === '' || typeof value === 'boolean' ? value : REDACTED;
}
