import { REDACTED, type SecretPatterns } from './secret-patterns';
import type { SecretValues } from './secret-values';

const MAX_TEXT_LENGTH = 16_384;
/** Of the texts of one line together. Patterns take up to a millisecond for 4 KiB of text that is made to keep them busy. */
const MAX_LINE_LENGTH = 65_536;
/** What is looked at of a long text beyond what is shown, so that the cut leaves no part of a secret. */
const MARGIN = 4_096;
/** Set by the logger itself, and read by whoever collects logs. */
const UNREDACTED_FIELDS: ReadonlySet<string> = new Set(['level', 'time']);

/**
 * Takes secrets out of finished log lines: members by their name, texts by their form, and the configured secrets wherever they
 * are. Long texts are cut before that, so that no client can keep the event loop busy with them, and a margin is cut off after it, so that
 * no half of a secret is left.
 *
 * On the finished line, since that is the one place that everything comes by: message, fields, fields of parent loggers, stacks. A
 * line without anything suspect costs two regular expressions; the others are parsed and written anew.
 */
export class LineRedactor {
  readonly #secrets: SecretValues;
  readonly #patterns: SecretPatterns;
  readonly #margin: number;
  /** Characters of texts that the line at hand may still have. */
  #remainingCharacters = 0;

  constructor(secrets: SecretValues, forms: SecretPatterns) {
    this.#secrets = secrets;
    this.#patterns = forms;
    this.#margin = Math.max(MARGIN, secrets.maxLength);
  }

  /** @param line - one line of JSON, with its end */
  redact(line: string): string {
    if (line.length <= MAX_TEXT_LENGTH && !this.#patterns.mayContainSecret(line) && !this.#secrets.occurIn(line))
      return line;
    this.#remainingCharacters = MAX_LINE_LENGTH;
    const members: object = JSON.parse(line);
    const redacted = Object.entries(members).map(([name, value]) => this.#redactField(name, value));
    return `${JSON.stringify(Object.fromEntries(redacted))}\n`;
  }

  /** The message, and the names of all fields, have room whatever the other fields are. */
  #redactField(name: string, value: unknown): readonly [string, unknown] {
    if (UNREDACTED_FIELDS.has(name)) return [name, value];
    this.#remainingCharacters = name === 'msg' ? MAX_LINE_LENGTH : Math.max(this.#remainingCharacters, name.length);
    return this.#redactMember(name, value);
  }

  #redactMember(name: string, value: unknown, parent?: string): readonly [string, unknown] {
    const isSecret = this.#patterns.isSecretNameWithin(parent, name);
    return [this.#redactText(name), isSecret ? maskValue(value) : this.#redactValue(value, name)];
  }

  #redactValue(value: unknown, name?: string): unknown {
    if (typeof value === 'string') return this.#redactText(value);
    if (typeof value === 'number') return this.#secrets.occurIn(String(value)) ? REDACTED : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((element, index) => this.#redactElement(element, value[index - 1]));
    return Object.fromEntries(this.#redactMembers(Object.entries(value), name));
  }

  #redactMembers(
    entries: readonly (readonly [string, unknown])[],
    parent: string | undefined,
  ): (readonly [string, unknown])[] {
    const redacted: (readonly [string, unknown])[] = [];
    for (const [name, value] of entries) {
      if (this.#remainingCharacters === 0) return [...redacted, ['…', `and ${entries.length - redacted.length} more`]];
      redacted.push(this.#redactMember(name, value, parent));
    }
    return redacted;
  }

  /** In lists of names and values, such as raw headers, a name is followed by its value. */
  #redactElement(element: unknown, before: unknown): unknown {
    const isValue = typeof before === 'string' && before.length <= 64 && this.#patterns.isSecretName(before);
    return isValue && typeof element === 'string' ? REDACTED : this.#redactValue(element);
  }

  #redactText(text: string): string {
    const most = Math.min(MAX_TEXT_LENGTH, this.#remainingCharacters);
    this.#remainingCharacters -= Math.min(text.length, most);
    if (most === 0) return text === '' ? text : truncate('', 0, text.length);
    if (text.length > most + this.#margin) return this.#redactBeginning(text, most);
    const known = this.#secrets.mask(text);
    const clean = this.#patterns.mayContainSecret(known)
      ? (this.#redactJson(known) ?? this.#patterns.mask(known))
      : known;
    return clean.length > most ? truncate(clean, most, clean.length) : clean;
  }

  /** What follows the last margin may be the beginning of a secret that the cut has made unrecognisable. */
  #redactBeginning(text: string, most: number): string {
    const known = this.#secrets.mask(text.slice(0, most + this.#margin));
    const clean = this.#patterns.mayContainSecret(known) ? this.#patterns.mask(known) : known;
    return truncate(this.#patterns.maskOpenEnd(clean.slice(0, -this.#margin)), most, text.length);
  }

  /** A text that is JSON in turn is redacted by its members. */
  #redactJson(text: string): string | undefined {
    if (!text.startsWith('{') && !text.startsWith('[')) return undefined;
    try {
      return JSON.stringify(this.#redactValue(JSON.parse(text)));
    } catch {
      return undefined;
    }
  }
}

function truncate(text: string, at: number, length: number): string {
  return `${text.slice(0, at)}… (${length} characters)`;
}

/** That a secret is absent or empty is no secret, nor is a flag of that name. */
function maskValue(value: unknown): unknown {
  return value === null || value === '' || typeof value === 'boolean' ? value : REDACTED;
}
