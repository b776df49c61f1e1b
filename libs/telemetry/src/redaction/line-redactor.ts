import { REDACTED, type SecretForms } from './secret-forms';
import type { SecretValues } from './secret-values';

const LONGEST_TEXT = 16_384;
/** Of the texts of one line together. Patterns take up to a millisecond for 4 KiB of text that is made to keep them busy. */
const LONGEST_LINE = 65_536;
/** What is looked at of a long text beyond what is shown, so that the cut leaves no part of a secret. */
const MARGIN = 4_096;
/** Set by the logger itself, and read by whoever collects logs. */
const UNTOUCHED: ReadonlySet<string> = new Set(['level', 'time']);

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
  readonly #forms: SecretForms;
  readonly #margin: number;
  /** Characters of texts that the line at hand may still have. */
  #left = 0;

  constructor(secrets: SecretValues, forms: SecretForms) {
    this.#secrets = secrets;
    this.#forms = forms;
    this.#margin = Math.max(MARGIN, secrets.longest);
  }

  /** @param line - one line of JSON, with its end */
  redact(line: string): string {
    if (line.length <= LONGEST_TEXT && !this.#forms.isSuspect(line) && !this.#secrets.areIn(line)) return line;
    this.#left = LONGEST_LINE;
    const members: object = JSON.parse(line);
    const redacted = Object.entries(members).map(([name, value]) => this.#field(name, value));
    return `${JSON.stringify(Object.fromEntries(redacted))}\n`;
  }

  /** The message, and the names of all fields, have room whatever the other fields are. */
  #field(name: string, value: unknown): readonly [string, unknown] {
    if (UNTOUCHED.has(name)) return [name, value];
    this.#left = name === 'msg' ? LONGEST_LINE : Math.max(this.#left, name.length);
    return this.#member(name, value);
  }

  #member(name: string, value: unknown, parent?: string): readonly [string, unknown] {
    const isSecret = this.#forms.isNameIn(parent, name);
    return [this.#text(name), isSecret ? masked(value) : this.#value(value, name)];
  }

  #value(value: unknown, name?: string): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'number') return this.#secrets.areIn(String(value)) ? REDACTED : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((element, index) => this.#element(element, value[index - 1]));
    return Object.fromEntries(this.#members(Object.entries(value), name));
  }

  #members(
    entries: readonly (readonly [string, unknown])[],
    parent: string | undefined,
  ): (readonly [string, unknown])[] {
    const redacted: (readonly [string, unknown])[] = [];
    for (const [name, value] of entries) {
      if (this.#left === 0) return [...redacted, ['…', `and ${entries.length - redacted.length} more`]];
      redacted.push(this.#member(name, value, parent));
    }
    return redacted;
  }

  /** In lists of names and values, such as raw headers, a name is followed by its value. */
  #element(element: unknown, before: unknown): unknown {
    const isValue = typeof before === 'string' && before.length <= 64 && this.#forms.isName(before);
    return isValue && typeof element === 'string' ? REDACTED : this.#value(element);
  }

  #text(text: string): string {
    const most = Math.min(LONGEST_TEXT, this.#left);
    this.#left -= Math.min(text.length, most);
    if (most === 0) return text === '' ? text : cut('', 0, text.length);
    if (text.length > most + this.#margin) return this.#beginning(text, most);
    const known = this.#secrets.maskedIn(text);
    const clean = this.#forms.isSuspect(known) ? (this.#json(known) ?? this.#forms.masked(known)) : known;
    return clean.length > most ? cut(clean, most, clean.length) : clean;
  }

  /** What follows the last margin may be the beginning of a secret that the cut has made unrecognisable. */
  #beginning(text: string, most: number): string {
    const known = this.#secrets.maskedIn(text.slice(0, most + this.#margin));
    const clean = this.#forms.isSuspect(known) ? this.#forms.masked(known) : known;
    return cut(this.#forms.withoutOpenEnd(clean.slice(0, -this.#margin)), most, text.length);
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

function cut(text: string, at: number, length: number): string {
  return `${text.slice(0, at)}… (${length} characters)`;
}

/** That a secret is absent or empty is no secret, nor is a flag of that name. */
function masked(value: unknown): unknown {
  return value === null || value === '' || typeof value === 'boolean' ? value : REDACTED;
}
