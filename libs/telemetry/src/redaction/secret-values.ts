import { REDACTED } from './secret-patterns';

/** Shorter secrets occur in ordinary words, so that masking them would make lines unreadable. */
const MIN_SECRET_LENGTH = 4;

/** The configured secrets, recognized at any place: plain, escaped in JSON, or URL-encoded. */
export class SecretValues {
  /** Length of the longest encoded secret. */
  readonly maxLength: number;
  readonly #inText: RegExp | undefined;
  readonly #inLine: RegExp | undefined;

  constructor(secrets: readonly string[]) {
    const forms = secrets.filter(({ length }) => length >= MIN_SECRET_LENGTH).flatMap(listEncodings);
    this.maxLength = forms.reduce((longest, { length }) => Math.max(longest, length), 0);
    this.#inText = createAlternation(forms, 'g');
    this.#inLine = createAlternation(forms.flatMap((form) => [form, escapeJson(form)]));
  }

  /** Checks whether a line of JSON contains a secret. */
  occurIn(line: string): boolean {
    return this.#inLine?.test(line) ?? false;
  }

  /** Masks all secrets in a text. */
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

/** Orders by length, so that a secret that is the beginning of another does not leave the rest unmasked. */
function createAlternation(texts: readonly string[], flags = ''): RegExp | undefined {
  if (texts.length === 0) return undefined;
  const unique = [...new Set(texts)].toSorted((a, b) => b.length - a.length);
  return new RegExp(unique.map((text) => text.replaceAll(/[$()*+.?[\\\]^{|}/-]/g, String.raw`\$&`)).join('|'), flags);
}
