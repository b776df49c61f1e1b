import { escapeHtml } from '@trunkline/failures';

/** Text that is HTML and needs no escaping. */
export class Html {
  constructor(readonly text: string) {}
}

/** A value in a template: text is escaped, lists are joined, `undefined` and `false` are omitted. */
type Part = Html | string | number | undefined | false | readonly Part[];

/** Creates HTML from a template; every value that is not {@link Html} is escaped. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, index) => text + renderPart(parts[index])).join(''));
}

function renderPart(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return part.map(renderPart).join('');
}
