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

/** The replacement of a secret in logs. */
export const REDACTED = '[redacted]';

// Clients influence the content of logs, so all patterns run in linear time: none tries a position twice.
const USER_INFO = /:\/\/[^\s/?#"'\\]+@/g;
/** `?code=…` and `&sig=…`. At the start of a text another parameter must follow, since `code=…` alone is an error code. */
const QUERY_PART = new RegExp(
  `((?:[?&;#](?:${QUERY_WORDS})|^(?:${QUERY_WORDS})(?==[^\\s&]*&))=)[^\\s"'\\\\&;#<>]+`,
  'gi',
);
const BEARER = /\b(bearer\s+)[\w.~+/-]{8,}=*/gi;
/** Base 64, which unlike an English word has a capital or a digit after its first letter. */
const BASIC = /\b([Bb]asic\s+)(?=.[a-z]*[A-Z\d])[\w+/-]{4,}=*/g;
/** Only at the start of a word, for linear time on a text that repeats `eyJ`. */
const JWT = /(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}\.?[\w-]*/g;

/** Recognizes secrets by name and form. */
export class SecretPatterns {
  readonly #configuredNames: ReadonlySet<string>;
  readonly #suspect: RegExp;
  /** `"password": "…"` in JSON, in JSON within a JSON text, and in printed objects. */
  readonly #quoted: RegExp;
  /** A header, whose value may have spaces and ends with its line: `Cookie: a=1; b=2`. */
  readonly #header: RegExp;
  /** `api_key=…` in a query, form or sentence, and a number in JSON. */
  readonly #bare: RegExp;
  /** An object or list of a secret name, and the rest of the text. */
  readonly #nested: RegExp;

  /** @param names - names of further members and headers that hold secrets: `X-Partner-Code` */
  constructor(names: readonly string[]) {
    this.#configuredNames = new Set(names.map(normalizeName));
    const configured = names.map(toPattern);
    const name = createNamePattern(configured);
    this.#suspect = createSuspectPattern(configured);
    this.#quoted = new RegExp(
      String.raw`(${name}(?:\\?["'])?\s*[:=]\s*)` +
        String.raw`(?:(")(?:[^"\\]|\\[^])*"?|(')(?:[^'\\]|\\[^])*'?|(\\")(?:[^"\\]|\\\\(?:\\["\\]|[^\\]))*(?:\\")?)`,
      'g',
    );
    const header = ['authorization', 'cookie'].map(toAnyCasePattern).concat(configured).join('|');
    this.#header = new RegExp(String.raw`((?:${header})\s*[:=]\s*)[^\s"'\\][^\r\n]*`, 'g');
    const named = String.raw`(${name}(?:\\?["'])?\s*[:=]\s*)`;
    this.#bare = new RegExp(String.raw`${named}[^\s"'\\&,;<>(){}[\]]+`, 'g');
    this.#nested = new RegExp(String.raw`${named}[{[][^]*`, 'g');
  }

  /** Checks whether a member of this name holds a secret. */
  isSecretName(name: string): boolean {
    return isSecretName(name, this.#configuredNames);
  }

  /**
   * Checks whether a member of this name holds a secret within its parent.
   *
   * @param parent - name of the containing member
   */
  isSecretNameWithin(parent: string | undefined, name: string): boolean {
    return this.isSecretName(name) || (parent !== undefined && isSecretInQuery(name) && isQueryName(parent));
  }

  /** Checks whether a text or line may contain a secret by name or form. For most log lines, redaction ends here. */
  mayContainSecret(text: string): boolean {
    return this.#suspect.test(text);
  }

  /** Masks secrets by form: credentials in URLs, queries, headers and JSON, and tokens of known schemes. */
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

  /** Masks the rest of a truncated text from the first object or list of a secret name on, since its end is unknown. */
  maskOpenEnd(text: string): string {
    return text.replace(this.#nested, `$1${REDACTED}`);
  }
}

/** Creates the pattern for names in a text. A short word must start a word, also in camel case: `pin`, `user_pin`, `userPin`. */
function createNamePattern(configured: readonly string[]): string {
  const capitalised = SHORT_WORDS.split('|').map(
    (word) => word.charAt(0).toUpperCase() + toAnyCasePattern(word.slice(1)),
  );
  const short = `(?:(?<![A-Za-z0-9])(?:${toAnyCasePattern(SHORT_WORDS)})|(?<=[a-z0-9])(?:${capitalised.join('|')}))`;
  const suffixed = `${short}(?:[-_. ]?${toAnyCasePattern(SUFFIX)})?`;
  return `(?:(?:${[toAnyCasePattern(LONG_WORDS), toAnyCasePattern('token'), ...configured].join('|')})s?|${suffixed})`;
}

/** Creates a cheap pattern that matches every text which {@link SecretPatterns.mask} changes, and the JSON of every secret name. */
function createSuspectPattern(configured: readonly string[]): RegExp {
  const ends = String.raw`(?:[-_. ]?${SUFFIX})?\\*["']?\s*[:=,]`;
  return new RegExp(
    [
      LONG_WORDS,
      String.raw`token|bearer\s|basic\s|eyJ|://[^\s/?#"'\\]+@`,
      `(?:${SHORT_WORDS})${ends}`,
      String.raw`(?:[?&;#"]|^)(?:${QUERY_WORDS})=|"(?:query|query[-_]?string|search[-_]?params)"\s*:`,
      ...configured,
    ].join('|'),
    'i',
  );
}

/** Converts a configured name to a pattern that matches all its spellings. */
function toPattern(name: string): string {
  const letters = name.replaceAll(/[$()*+?[\\\]^{|}/]/g, String.raw`\$&`);
  return toAnyCasePattern(letters.toLowerCase()).replaceAll(/[-_. ]/g, '[-_. ]?');
}
