/** How a member of the query has several values, or members of its own. */
export const QUERY_NOTATIONS = ['repeated', 'comma', 'space', 'pipe', 'brackets', 'deep'] as const;

/**
 * - `repeated`: `a=1&a=2`
 * - `comma`, `space`, `pipe`: `a=1,2`, `a=1%202`, `a=1|2`
 * - `brackets`: `a[]=1&a[]=2` or `a[0]=1&a[1]=2`
 * - `deep`: `a[b]=1&a[c][d]=2`
 */
export type QueryNotation = (typeof QUERY_NOTATIONS)[number];

/** How OpenAPI describes a notation (OpenAPI 3.1.1 §4.8.12, "Style Values"). */
export interface ParameterStyle {
  readonly style?: 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject';
  readonly explode?: boolean;
  /** What follows the name of the member in the name of the parameter. */
  readonly nameSuffix?: string;
}

const STYLES: Readonly<Record<QueryNotation, ParameterStyle>> = {
  repeated: {},
  comma: { style: 'form', explode: false },
  space: { style: 'spaceDelimited', explode: false },
  pipe: { style: 'pipeDelimited', explode: false },
  brackets: { nameSuffix: '[]' },
  deep: { style: 'deepObject', explode: true },
};

/** Returns the style of a notation; an empty one is the default of OpenAPI. */
export function getParameterStyle(notation: QueryNotation): ParameterStyle {
  return STYLES[notation];
}

const SEPARATORS: Readonly<Partial<Record<QueryNotation, string>>> = { comma: ',', space: ' ', pipe: '|' };

/** Finds what separates the values of a list; `undefined` for notations that repeat the key. */
export function findSeparator(notation: QueryNotation): string | undefined {
  return SEPARATORS[notation];
}
