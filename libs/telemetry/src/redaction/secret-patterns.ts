import {
  toAnyCasePattern,
  isQueryName,
  isSecretInQuery,
  isSecretName,
  LONG_WORDS,
  normalizeName,
  QUERY_WORDS,
  SHORT_WORDS,
  SUFFIX,
} from './secret-names';

/** What stands in a log in the place of a secret. */
export const REDACTED = '[redacted]';

// Clients choose what ends up in logs, so each of these takes time in proportion to the text: none tries a place twice.
const USER_INFO = /:\/\/[^\s/?#"'\\]+@/g;
/** `?code=…` and `&sig=…`, at the start of a text only where another part follows: `code=…` alone is the code of an error. */
const QUERY_PART = new RegExp(
  `((?:[?&;#](?:${QUERY_WORDS})|^(?:${QUERY_WORDS})(?==[^\\s&]*&))=)[^\\s"'\\\\&;#<>]+`,
  'gi',
);
const BEARER = /\b(bearer\s+)[\w.~+/-]{8,}=*/gi;
/** Base 64, and not the English word that may follow: it has a capital or a digit past its first letter. */
const BASIC = /\b([Bb]asic\s+)(?=.[a-z]*[A-Z\d])[\w+/-]{4,}=*/g;
/** From the start of a word only: in a text of nothing but `eyJ` every other start would be tried to its end. */
const JWT = /(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}\.?[\w-]*/g;

/** Recognises secrets by their name and by their form. */
export class SecretPatterns {
  readonly #configuredNames: ReadonlySet<string>;
  readonly #suspect: RegExp;
  /** `"password": "…"`, as JSON has it, as JSON has it inside a text of JSON, and as programs print it. */
  readonly #quoted: RegExp;
  /** A header's value has spaces in it: `Cookie: a=1; b=2`. It ends with its line. */
  readonly #header: RegExp;
  /** `api_key=…` in a query, a form or a sentence, and a number in JSON. */
  readonly #bare: RegExp;
  /** An object or a list, and all that comes after it. */
  readonly #nested: RegExp;

  /** @param names - of members and headers that hold secrets, besides those that tell so themselves: `X-Partner-Code` */
  constructor(names: readonly string[]) {
    this.#configuredNames = new Set(names.map(normalizeName));
    const own = names.map(toPattern);
    const name = createNamePattern(own);
    this.#suspect = createSuspectPattern(own);
    this.#quoted = new RegExp(
      String.raw`(${name}(?:\\?["'])?\s*[:=]\s*)` +
        String.raw`(?:(")(?:[^"\\]|\\[^])*"?|(')(?:[^'\\]|\\[^])*'?|(\\")(?:[^"\\]|\\\\(?:\\["\\]|[^\\]))*(?:\\")?)`,
      'g',
    );
    const header = ['authorization', 'cookie'].map(toAnyCasePattern).concat(own).join('|');
    this.#header = new RegExp(String.raw`((?:${header})\s*[:=]\s*)[^\s"'\\][^\r\n]*`, 'g');
    const named = String.raw`(${name}(?:\\?["'])?\s*[:=]\s*)`;
    this.#bare = new RegExp(String.raw`${named}[^\s"'\\&,;<>(){}[\]]+`, 'g');
    this.#nested = new RegExp(String.raw`${named}[{[][^]*`, 'g');
  }

  /** Does a member of this name hold a secret? */
  isSecretName(name: string): boolean {
    return isSecretName(name, this.#configuredNames);
  }

  /**
   * Does a member of this name hold a secret?
   *
   * @param parent - the name of the member that this one is part of
   */
  isSecretNameWithin(parent: string | undefined, name: string): boolean {
    return this.isSecretName(name) || (parent !== undefined && isSecretInQuery(name) && isQueryName(parent));
  }

  /** May this text, or the JSON it is, hold something that has the name or the form of a secret? Most log lines go no further. */
  mayContainSecret(text: string): boolean {
    return this.#suspect.test(text);
  }

  /** A text without what has the form of a secret: credentials in URLs, queries, headers and JSON, and tokens of known schemes. */
  mask(text: string): string {
    return text
      .replaceAll(USER_INFO, `://${REDACTED}@`)
      .replaceAll(this.#quoted, (_match, name: string, ...quotes: readonly (string | undefined)[]) => {
        const [quote = ''] = quotes.filter((found) => typeof found === 'string');
        return `${name}${quote}${REDACTED}${quote}`;
      })
      .replaceAll(this.#header, `$1${REDACTED}`)
      .replaceAll(this.#bare, `$1${REDACTED}`)
      .replaceAll(QUERY_PART, `$1${REDACTED}`)
      .replaceAll(BEARER, `$1${REDACTED}`)
      .replaceAll(BASIC, `$1${REDACTED}`)
      .replaceAll(JWT, REDACTED);
  }

  /** The beginning of a text, up to the first object or list of a secret name: its end may be further on. */
  maskOpenEnd(text: string): string {
    return text.replace(this.#nested, `$1${REDACTED}`);
  }
}

/** Names in a text. A short word begins a word, be it by its capital: `pin`, `user_pin`, `userPin`. */
function createNamePattern(own: readonly string[]): string {
  const capitalised = SHORT_WORDS.split('|').map(
    (word) => word.charAt(0).toUpperCase() + toAnyCasePattern(word.slice(1)),
  );
  const short = `(?:(?<![A-Za-z0-9])(?:${toAnyCasePattern(SHORT_WORDS)})|(?<=[a-z0-9])(?:${capitalised.join('|')}))`;
  const suffixed = `${short}(?:[-_. ]?${toAnyCasePattern(SUFFIX)})?`;
  return `(?:(?:${[toAnyCasePattern(LONG_WORDS), toAnyCasePattern('token'), ...own].join('|')})s?|${suffixed})`;
}

/** Cheap, and true of every text that {@link SecretPatterns.mask} changes, and of the JSON of every object that has a secret name. */
function createSuspectPattern(own: readonly string[]): RegExp {
  const ends = String.raw`(?:[-_. ]?${SUFFIX})?\\*["']?\s*[:=,]`;
  return new RegExp(
    [
      LONG_WORDS,
      String.raw`token|bearer\s|basic\s|eyJ|://[^\s/?#"'\\]+@`,
      `(?:${SHORT_WORDS})${ends}`,
      String.raw`(?:[?&;#"]|^)(?:${QUERY_WORDS})=|"(?:query|query[-_]?string|search[-_]?params)"\s*:`,
      ...own,
    ].join('|'),
    'i',
  );
}

/** A configured name as a pattern, however its words are joined. */
function toPattern(name: string): string {
  const letters = name.replaceAll(/[$()*+?[\\\]^{|}/]/g, String.raw`\$&`);
  return toAnyCasePattern(letters.toLowerCase()).replaceAll(/[-_. ]/g, '[-_. ]?');
}
