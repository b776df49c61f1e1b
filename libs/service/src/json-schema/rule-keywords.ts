import type { RuleMetadata } from '../validation/rule-metadata';
import { isUsablePattern } from './bundled-schema';
import type { JsonSchema } from './json-schema';

type Constraints = readonly unknown[];

const TEXT: JsonSchema = { type: 'string' };
const NUMBER: JsonSchema = { type: 'number' };

/** JSON Schema keywords of class-validator's rules, by rule name. */
const KEYWORDS: Readonly<Record<string, (constraints: Constraints) => JsonSchema>> = {
  isString: () => TEXT,
  isBoolean: () => ({ type: 'boolean' }),
  isNumber: () => NUMBER,
  isInt: () => ({ type: 'integer' }),
  isArray: () => ({ type: 'array' }),
  isObject: () => ({ type: 'object' }),
  isNotEmptyObject: () => ({ type: 'object', minProperties: 1 }),
  // `@Type(() => Date)` of class-transformer accepts everything that the Date constructor accepts.
  isDate: () => ({ type: ['string', 'number'], description: 'A date or time in ISO 8601, or milliseconds since 1970' }),
  isIn: ([values]) => toEnum(values),
  // All values of the object count, including the names that TypeScript adds to a numeric enum.
  isEnum: ([values]) => toEnum(isObject(values) ? Object.values(values) : undefined),
  equals: ([value]) => ({ const: value }),

  min: ([least]) => ({ ...NUMBER, minimum: least }),
  max: ([most]) => ({ ...NUMBER, maximum: most }),
  isPositive: () => ({ ...NUMBER, exclusiveMinimum: 0 }),
  isNegative: () => ({ ...NUMBER, exclusiveMaximum: 0 }),
  // validator.js divides by the integer part of the divisor.
  isDivisibleBy: ([divisor]) => ({ ...NUMBER, ...(Number.isInteger(divisor) && { multipleOf: divisor }) }),

  isLength: ([least, most]) => ({ ...TEXT, minLength: least, ...(typeof most === 'number' && { maxLength: most }) }),
  minLength: ([least]) => ({ ...TEXT, minLength: least }),
  maxLength: ([most]) => ({ ...TEXT, maxLength: most }),
  matches: ([pattern]) => ({ ...TEXT, ...toPattern(pattern) }),
  // The format `email` is ASCII only; validator.js accepts letters beyond it (RFC 6531).
  isEmail: () => ({ ...TEXT, description: 'An email address' }),
  isUuid: () => ({ ...TEXT, format: 'uuid' }),
  isIp: ([version]) => ({ ...TEXT, ...toAddressFormat(version) }),
  ...Object.fromEntries(
    // Texts in a form without a JSON Schema keyword.
    [
      'isAlpha isAlphanumeric isAscii isBase32 isBase58 isBase64 isBIC isBooleanString isBtcAddress isByteLength isCreditCard',
      'isCurrency isDataURI isDateString isDecimal isEAN isEthereumAddress isFqdn IsFirebasePushId isFullWidth isHalfWidth isHSL',
      'isHash isHexColor isHexadecimal isIBAN isIsbn isIsin isISO31661Alpha2 isISO31661Alpha3 isISO31661Numeric isISO4217CurrencyCode isISO6391 isISRC isISSN',
      'isIdentityCard isIso8601 isJson isJwt isLocale isLowercase isMacAddress isMagnetURI isMilitaryTime isMimeType isMobilePhone isMongoId',
      'isMultibyte isNumberString isOctal isPassportNumber isPhoneNumber isPort isPostalCode isRFC3339 isRgbColor isSemVer isStrongPassword',
      'isSurrogatePair isTaxId isTimeZone isUppercase isUrl isVariableWidth contains notContains',
    ]
      .flatMap((names) => names.split(' '))
      .map((name) => [name, () => TEXT]),
  ),

  arrayMinSize: ([least]) => ({ minItems: least }),
  arrayMaxSize: ([most]) => ({ maxItems: most }),
  arrayNotEmpty: () => ({ minItems: 1 }),
};

/** Combines the keywords of rules. A rule without an equivalent in JSON Schema adds none. */
export function toKeywords(rules: readonly RuleMetadata[]): JsonSchema {
  const all = rules.map(({ name = '', constraints }) => KEYWORDS[name]?.(constraints ?? []) ?? {});
  const keywords: JsonSchema = Object.assign({}, ...all);
  const isInteger = all.some(({ type }) => type === 'integer');
  const notEmpty = keywords.type === 'string' && rules.some(({ name }) => name === 'isNotEmpty');
  return {
    ...keywords,
    ...(isInteger && { type: 'integer' }),
    ...(notEmpty && keywords['minLength'] === undefined && { minLength: 1 }),
  };
}

function toEnum(values: unknown): JsonSchema {
  return Array.isArray(values) ? { enum: values } : {};
}

/** JSON Schema patterns have no flags other than `u`. */
function toPattern(pattern: unknown): JsonSchema {
  const isPlain = pattern instanceof RegExp && /^[gu]*$/.test(pattern.flags) && isUsablePattern(pattern.source);
  return isPlain ? { pattern: pattern.source } : {};
}

/** validator.js accepts an IPv6 address with a zone, which the format `ipv6` (RFC 3986) does not allow. */
function toAddressFormat(version: unknown): JsonSchema {
  return String(version) === '4' ? { format: 'ipv4' } : {};
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
