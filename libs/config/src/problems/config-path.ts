/** The way to a value from the top of the configuration: keys of mappings and indexes of lists, the section first. */
export type ConfigPath = readonly (string | number)[];

const PLAIN_KEY = /^[\w.:/<>{}@$*+-]+$/;

/** `channels.rest.customer.get.security[0]`; a key with blanks stands in quotes: `outgoing.rest["External API"].url`. */
export function formatPath(path: ConfigPath): string {
  return path.reduce<string>((text, step) => text + formatStep(step, text === '' ? '' : '.'), '');
}

/** Whether `path` is `ancestor` or lies below it. */
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
