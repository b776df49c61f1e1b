/** The path to a value in the configuration: keys of mappings and indexes of lists, the section first. */
export type ConfigPath = readonly (string | number)[];

const PLAIN_KEY = /^[\w.:/<>{}@$*+-]+$/;

/** Formats a path: `channels.rest.customer.get.security[0]`; a key with blanks is quoted: `outgoing.rest["External API"].url`. */
export function formatPath(path: ConfigPath): string {
  return path.reduce<string>((text, step) => text + formatStep(step, text === '' ? '' : '.'), '');
}

/** Checks whether `path` is `ancestor` or below it. */
export function isWithin(path: ConfigPath, ancestor: ConfigPath): boolean {
  return ancestor.every((step, index) => path[index] === step);
}

/** The last key of a path: the name of the thing that the path leads to. */
export function getLastKey(path: ConfigPath): string {
  return String(path.at(-1));
}

function formatStep(step: string | number, separator: '' | '.'): string {
  if (typeof step === 'number') return `[${step}]`;
  if (!PLAIN_KEY.test(step)) return `[${JSON.stringify(step)}]`;
  return `${separator}${step}`;
}
