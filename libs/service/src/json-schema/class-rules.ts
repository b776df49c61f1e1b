import type { getMetadataStorage } from 'class-validator';
import type { JsonSchema } from './json-schema';

/** One decorator on one member. */
export type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

type Constraints = readonly unknown[];

const TEXT: JsonSchema = { type: 'string' };
const NUMBER: JsonSchema = { type: 'number' };

/** What class-validator's rules are in the words of JSON Schema, by their names. */
const KEYWORDS: Readonly<Record<string, (constraints: Constraints) => JsonSchema>> = {
  isString: () => TEXT,
  isBoolean: () => ({ type: 'boolean' }),
  isNumber: () => NUMBER,
  isInt: () => ({ type: 'integer' }),
  isArray: () => ({ type: 'array' }),
  isObject: () => ({ type: 'object' }),
  isNotEmptyObject: () => ({ type: 'object', minProperties: 1 }),
  isDate: () => ({ type: 'string', format: 'date-time' }),
  isIn: ([values]) => choiceOf(values),
  isEnum: ([, values]) => choiceOf(values),
  equals: ([value]) => ({ const: value }),

  min: ([least]) => ({ ...NUMBER, minimum: least }),
  max: ([most]) => ({ ...NUMBER, maximum: most }),
  isPositive: () => ({ ...NUMBER, exclusiveMinimum: 0 }),
  isNegative: () => ({ ...NUMBER, exclusiveMaximum: 0 }),
  isDivisibleBy: ([divisor]) => ({ ...NUMBER, multipleOf: divisor }),

  isLength: ([least, most]) => ({ ...TEXT, minLength: least, ...(typeof most === 'number' && { maxLength: most }) }),
  minLength: ([least]) => ({ ...TEXT, minLength: least }),
  maxLength: ([most]) => ({ ...TEXT, maxLength: most }),
  matches: ([pattern]) => ({ ...TEXT, ...patternOf(pattern) }),
  isEmail: () => ({ ...TEXT, format: 'email' }),
  isUuid: () => ({ ...TEXT, format: 'uuid' }),
  isRFC3339: () => ({ ...TEXT, format: 'date-time' }),
  isIp: ([version]) => ({ ...TEXT, ...formatOfAddress(version) }),
  ...Object.fromEntries(
    // Texts whose form JSON Schema has no word for.
    [
      'isAlpha isAlphanumeric isAscii isBase32 isBase58 isBase64 isBIC isBooleanString isBtcAddress isByteLength isCreditCard',
      'isCurrency isDataURI isDateString isDecimal isEAN isEthereumAddress isFqdn IsFirebasePushId isFullWidth isHalfWidth isHSL',
      'isHash isHexColor isHexadecimal isIBAN isIsbn isIsin isISO31661Alpha2 isISO31661Alpha3 isISO31661Numeric isISO4217CurrencyCode isISO6391 isISRC isISSN',
      'isIdentityCard isIso8601 isJson isJwt isLocale isLowercase isMacAddress isMagnetURI isMilitaryTime isMimeType isMobilePhone isMongoId',
      'isMultibyte isNumberString isOctal isPassportNumber isPhoneNumber isPort isPostalCode isRgbColor isSemVer isStrongPassword',
      'isSurrogatePair isTaxId isTimeZone isUppercase isUrl isVariableWidth contains notContains',
    ]
      .flatMap((names) => names.split(' '))
      .map((name) => [name, () => TEXT]),
  ),

  arrayMinSize: ([least]) => ({ minItems: least }),
  arrayMaxSize: ([most]) => ({ maxItems: most }),
  arrayNotEmpty: () => ({ minItems: 1 }),
  arrayUnique: ([identify]) => (identify === undefined ? { uniqueItems: true } : {}),
};

/** The keywords of all rules together. A rule that JSON Schema has no word for adds none. */
export function keywordsOf(rules: readonly Rule[]): JsonSchema {
  const all = rules.map(({ name = '', constraints }) => KEYWORDS[name]?.(constraints ?? []) ?? {});
  const keywords: JsonSchema = Object.assign({}, ...all);
  const isWhole = all.some(({ type }) => type === 'integer');
  const notEmpty = keywords.type === 'string' && rules.some(({ name }) => name === 'isNotEmpty');
  return {
    ...keywords,
    ...(isWhole && { type: 'integer' }),
    ...(notEmpty && keywords['minLength'] === undefined && { minLength: 1 }),
  };
}

function choiceOf(values: unknown): JsonSchema {
  return Array.isArray(values) ? { enum: values } : {};
}

/** JSON Schema's patterns have no flags but `u`. */
function patternOf(pattern: unknown): JsonSchema {
  return pattern instanceof RegExp && /^[gu]*$/.test(pattern.flags) ? { pattern: pattern.source } : {};
}

function formatOfAddress(version: unknown): JsonSchema {
  const known = { 4: 'ipv4', 6: 'ipv6' }[String(version)];
  return known === undefined ? {} : { format: known };
}
