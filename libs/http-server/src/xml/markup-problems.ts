/** How much markup a body may have. */
export interface XmlLimits {
  /** Elements within each other, the root included. */
  readonly maxDepth: number;
  /** Default: 10 000. */
  readonly maxElements?: number;
  /** Default: 10 000. */
  readonly maxAttributes?: number;
}

/** For bodies of clients: as for the members of JSON, more are considered an attack. */
const DEFAULT_MAX = 10_000;
/** The five entities of XML and character references (XML 1.0 §4.1, §4.6). */
const UNKNOWN_ENTITY = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)/;
/** Sections whose content is not markup. */
const LITERAL_SECTIONS = [
  { start: '<!--', end: '-->' },
  { start: '<![CDATA[', end: ']]>' },
] as const;

/** Finds what a parser must not even begin to process: document types, entities, and more markup than the limits allow. */
export function findMarkupProblems(
  text: string,
  { maxElements = DEFAULT_MAX, maxAttributes = DEFAULT_MAX }: XmlLimits,
): readonly string[] {
  const markup = removeLiteralSections(text);
  if (markup === undefined) return ['the body has an unclosed comment or CDATA section'];
  return [
    ...(markup.includes('<!') ? ['the body has a document type (DTD), which is not accepted'] : []),
    ...(UNKNOWN_ENTITY.test(markup) ? ['the body has an entity other than the five of XML'] : []),
    ...(exceeds(markup, '<', 2 * maxElements) ? [`the body has more than ${maxElements} elements`] : []),
    ...(exceeds(markup, '=', maxAttributes) ? [`the body has more than ${maxAttributes} attributes`] : []),
  ];
}

/** @returns `undefined` when a section has no end */
function removeLiteralSections(text: string): string | undefined {
  let markup = '';
  let at = 0;
  for (let start = text.indexOf('<!'); start !== -1; start = text.indexOf('<!', at)) {
    const section = LITERAL_SECTIONS.find((each) => text.startsWith(each.start, start));
    const end = section ? text.indexOf(section.end, start + section.start.length) : start;
    if (end === -1) return undefined;
    markup += text.slice(at, section ? start : start + 2);
    at = section ? end + section.end.length : start + 2;
  }
  return markup + text.slice(at);
}

function exceeds(text: string, character: string, max: number): boolean {
  let count = 0;
  for (let at = text.indexOf(character); at !== -1 && count <= max; at = text.indexOf(character, at + 1)) count += 1;
  return count > max;
}
