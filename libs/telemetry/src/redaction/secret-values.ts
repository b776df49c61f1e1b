import { REDACTED } from './secret-patterns';

/** Shorter ones occur in ordinary words: masking them would hide nothing and make every line unreadable. */
const MIN_SECRET_LENGTH = 4;

/** The secrets that configuration gives, wherever they occur: as they are, escaped as in JSON, or encoded as in a URL. */
export class SecretValues {
  /** Characters of the longest form of any of them. */
  readonly maxLength: number;
  readonly #inText: RegExp | undefined;
  readonly #inLine: RegExp | undefined;

  constructor(secrets: readonly string[]) {
    const forms = secrets.filter(({ length }) => length >= MIN_SECRET_LENGTH).flatMap(listEncodings);
    this.maxLength = forms.reduce((longest, { length }) => Math.max(longest, length), 0);
    this.#inText = createAlternation(forms, 'g');
    this.#inLine = createAlternation(forms.flatMap((form) => [form, escapeJson(form)]));
  }

  /** Is there a secret in this line of JSON? */
  occurIn(line: string): boolean {
    return this.#inLine?.test(line) ?? false;
  }

  /** The text with each secret masked. */
  mask(text: string): string {
    return this.#inText ? text.replaceAll(this.#inText, REDACTED) : text;
  }
}

function listEncodings(secret: string): readonly string[] {
  // A lone surrogate cannot be encoded.
  const wellFormed = secret.replaceAll(/\p{Surrogate}/gu, '\u{fffd}');
  return [secret, wellFormed, escapeJson(secret), encodeURIComponent(wellFormed)];
}

function escapeJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The longest first, so that a secret that begins another does not leave the rest of it. */
function createAlternation(texts: readonly string[], flags = ''): RegExp | undefined {
  if (texts.length === 0) return undefined;
  const unique = [...new Set(texts)].toSorted((a, b) => b.length - a.length);
  return new RegExp(unique.map((text) => text.replaceAll(/[$()*+.?[\\\]^{|}/-]/g, String.raw`\$&`)).join('|'), flags);
}
