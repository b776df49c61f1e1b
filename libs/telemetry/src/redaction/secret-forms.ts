/** What stands in a log in the place of a secret. */
export const REDACTED = '[redacted]';

const WORDS =
  'pass(?:word|wd|phrase)|pwd|secret|(?:api|access|encryption|private|signing)[-_. ]?key|authorization|cookie|credential';
const NAME = `(?:${WORDS}|token)s?`;

const SECRET_NAME = new RegExp(`${WORDS}|tokens?$`, 'i');
/** Cheap, and true of every text that {@link withoutSecretForms} changes: most log lines go no further. */
const SUSPECT = new RegExp(`${WORDS}|token|bearer\\s|basic\\s|eyJ|://[^\\s/?#"'\\\\]+@`, 'i');

// Strangers choose what ends up in logs, so each of these takes time in proportion to the text: none tries a place twice.
const USER_INFO = /:\/\/[^\s/?#"'\\]+@/g;
/** `"password": "…"`, as JSON has it, as JSON has it inside a text of JSON, and as programs print it. */
const QUOTED = new RegExp(
  String.raw`(${NAME}(?:\\?["'])?\s*[:=]\s*)` +
    String.raw`(?:(")(?:[^"\\]|\\.)*"?|(')(?:[^'\\]|\\.)*'?|(\\")(?:[^"\\]|\\\\(?:\\["\\]|[^\\]))*(?:\\")?)`,
  'gis',
);
/** A header's value has spaces in it: `Cookie: a=1; b=2`. It ends with its line. */
const HEADER = /((?:authorization|cookie)\s*[:=]\s*)[^\s"'\\][^\r\n]*/gi;
/** `api_key=…` in a query, a form or a sentence. */
const BARE = new RegExp(String.raw`(${NAME}\s*[:=]\s*)[^\s"'\\&,;<>(){}[\]]+`, 'gi');
const BEARER = /\b(bearer\s+)[\w.~+/-]{8,}=*/gi;
/** Base 64, and not the English word that may follow: it has a capital or a digit past its first letter. */
const BASIC = /\b([Bb]asic\s+)(?=.[a-z]*[A-Z\d])[\w+/-]{4,}=*/g;
/** From the start of a word only: in a text of nothing but `eyJ` every other start would be tried to its end. */
const JWT = /(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}\.?[\w-]*/g;

/** Does a member of this name hold a secret? Whatever its case and whatever else is in the name: `X-Api-Key`, `clientSecret`. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** May this text, or the JSON it is, hold something that has the name or the form of a secret? */
export function isSuspect(text: string): boolean {
  return SUSPECT.test(text);
}

/** A text without what has the form of a secret: credentials in URLs, queries, headers and JSON, and tokens of known schemes. */
export function withoutSecretForms(text: string): string {
  return text
    .replaceAll(USER_INFO, `://${REDACTED}@`)
    .replaceAll(QUOTED, (_match, name: string, ...quotes: readonly (string | undefined)[]) => {
      const [quote = ''] = quotes.filter((found) => typeof found === 'string');
      return `${name}${quote}${REDACTED}${quote}`;
    })
    .replaceAll(HEADER, `$1${REDACTED}`)
    .replaceAll(BARE, `$1${REDACTED}`)
    .replaceAll(BEARER, `$1${REDACTED}`)
    .replaceAll(BASIC, `$1${REDACTED}`)
    .replaceAll(JWT, REDACTED);
}
