import { REDACTED, type SecretPatterns } from './secret-patterns';
import type { SecretValues } from './secret-values';

const MAX_TEXT_LENGTH = 16_384;
/** Maximum characters of all texts of a line, which limits the time of the patterns on hostile texts. */
const MAX_LINE_LENGTH = 65_536;
/** Characters of a long text that are searched beyond the shown part, so that truncation leaves no part of a secret. */
const MARGIN = 4_096;
/** Fields that the logger itself sets, and log collectors read. */
const UNREDACTED_FIELDS: ReadonlySet<string> = new Set(['level', 'time']);

/**
 * Masks secrets in finished log lines: members by name, texts by form, and the configured secrets everywhere. Long texts are truncated
 * first, so that no client can block the event loop with them; a margin is removed afterwards, so that no part of a secret remains.
 *
 * It works on the finished line, which contains everything: message, fields, fields of parent loggers, stacks. A line without suspicious
 * content costs two regular expressions; others are parsed and serialized again.
 */
export class LineRedactor {
  readonly #secrets: SecretValues;
  readonly #patterns: SecretPatterns;
  readonly #margin: number;
  /** Remaining characters for the texts of the current line. */
  #remainingCharacters = 0;

  constructor(secrets: SecretValues, patterns: SecretPatterns) {
    this.#secrets = secrets;
    this.#patterns = patterns;
    this.#margin = Math.max(MARGIN, secrets.maxLength);
  }

  /** Masks the secrets of a line. @param line - a line of JSON, with its line end */
  redact(line: string): string {
    if (line.length <= MAX_TEXT_LENGTH && !this.#patterns.mayContainSecret(line) && !this.#secrets.occurIn(line))
      return line;
    this.#remainingCharacters = MAX_LINE_LENGTH;
    const members: object = JSON.parse(line);
    const redacted = Object.entries(members).map(([name, value]) => this.#redactField(name, value));
    return `${JSON.stringify(Object.fromEntries(redacted))}\n`;
  }

  /** The message and the names of all fields are always included, however long the other fields are. */
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

  /** In lists such as raw headers, a name is followed by its value. */
  #redactElement(element: unknown, before: unknown): unknown {
    const isValue = typeof before === 'string' && before.length <= 64 && this.#patterns.isSecretName(before);
    return isValue && typeof element === 'string' ? REDACTED : this.#redactValue(element);
  }

  #redactText(text: string): string {
    const limit = Math.min(MAX_TEXT_LENGTH, this.#remainingCharacters);
    this.#remainingCharacters -= Math.min(text.length, limit);
    if (limit === 0) return text === '' ? text : truncate('', 0, text.length);
    if (text.length > limit + this.#margin) return this.#redactBeginning(text, limit);
    const masked = this.#secrets.mask(text);
    const redacted = this.#patterns.mayContainSecret(masked)
      ? (this.#redactJson(masked) ?? this.#patterns.mask(masked))
      : masked;
    return redacted.length > limit ? truncate(redacted, limit, redacted.length) : redacted;
  }

  /** Removes the margin at the end, which may contain an unrecognizable part of a secret. */
  #redactBeginning(text: string, limit: number): string {
    const masked = this.#secrets.mask(text.slice(0, limit + this.#margin));
    const redacted = this.#patterns.mayContainSecret(masked) ? this.#patterns.mask(masked) : masked;
    return truncate(this.#patterns.maskOpenEnd(redacted.slice(0, -this.#margin)), limit, text.length);
  }

  /** Redacts a text that is JSON by its members. */
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

/** Keeps empty values and booleans, which are not secret. */
function maskValue(value: unknown): unknown {
  return value === null || value === '' || typeof value === 'boolean' ? value : REDACTED;
}
