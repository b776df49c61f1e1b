import { REDACTED } from './secret-forms';

/** Shorter ones occur in ordinary words: masking them would hide nothing and make every line unreadable. */
const SHORTEST_SECRET = 4;

/** The secrets that configuration gives, wherever they occur: as they are, escaped as in JSON, or encoded as in a URL. */
export class SecretValues {
  /** Characters of the longest form of any of them. */
  readonly longest: number;
  readonly #inText: RegExp | undefined;
  readonly #inLine: RegExp | undefined;

  constructor(secrets: readonly string[]) {
    const forms = secrets.filter(({ length }) => length >= SHORTEST_SECRET).flatMap(formsOf);
    this.longest = forms.reduce((longest, { length }) => Math.max(longest, length), 0);
    this.#inText = anyOf(forms, 'g');
    this.#inLine = anyOf(forms.flatMap((form) => [form, inJson(form)]));
  }

  /** Is there a secret in this line of JSON? */
  areIn(line: string): boolean {
    return this.#inLine?.test(line) ?? false;
  }

  /** The text with each secret masked. */
  maskedIn(text: string): string {
    return this.#inText ? text.replaceAll(this.#inText, REDACTED) : text;
  }
}

function formsOf(secret: string): readonly string[] {
  // A lone surrogate cannot be encoded.
  const wellFormed = secret.replaceAll(/\p{Surrogate}/gu, '\u{fffd}');
  return [secret, wellFormed, inJson(secret), encodeURIComponent(wellFormed)];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The longest first, so that a secret that begins another does not leave the rest of it. */
function anyOf(texts: readonly string[], flags = ''): RegExp | undefined {
  if (texts.length === 0) return undefined;
  const unique = [...new Set(texts)].toSorted((a, b) => b.length - a.length);
  return new RegExp(unique.map((text) => text.replaceAll(/[$()*+.?[\\\]^{|}/-]/g, String.raw`\$&`)).join('|'), flags);
}
