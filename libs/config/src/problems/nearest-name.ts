/** Names of at most this length may have one typing error, longer names two. */
const SHORT_NAME_LENGTH = 3;

/**
 * Finds the candidate that `name` most likely stands for: at most two insertions, deletions, replacements or swaps of neighbours (one for
 * names of up to three characters), ignoring case. The first of several equally near candidates.
 *
 * @returns `undefined` if none is near enough
 */
export function findNearestName(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let limit = wanted.length <= SHORT_NAME_LENGTH ? 1 : 2;
  let found: string | undefined;
  for (const candidate of candidates) {
    const distance = computeDistance(limit, wanted, candidate.toLowerCase());
    if (distance === undefined) continue;
    found = candidate;
    if (distance === 0) return found;
    limit = distance - 1;
  }
  return found;
}

/** Formats `` , did you mean `timeout`? `` as the end of a message; empty if no candidate is near. */
export function formatSuggestion(name: string, candidates: Iterable<string>): string {
  const candidate = findNearestName(name, candidates);
  return candidate === undefined ? '' : `, did you mean \`${candidate}\`?`;
}

/** Computes the optimal string alignment distance (Damerau–Levenshtein without overlapping edits), if it is within `limit`. */
function computeDistance(limit: number, a: string, b: string): number | undefined {
  if (Math.abs(a.length - b.length) > limit) return undefined;
  let secondLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = computeNextRow(a, b, { row, last, secondLast });
    if (Math.min(...current) > limit) return undefined;
    [secondLast, last] = [last, current];
  }
  const distance = last[b.length] ?? Number.POSITIVE_INFINITY;
  return distance <= limit ? distance : undefined;
}

interface DistanceRows {
  readonly row: number;
  readonly last: readonly number[];
  readonly secondLast: readonly number[];
}

function computeNextRow(a: string, b: string, { row, last, secondLast }: DistanceRows): number[] {
  const current = [row];
  for (let column = 1; column <= b.length; column++) {
    const isSame = a[row - 1] === b[column - 1];
    const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
    current[column] = Math.min(
      getCell(last, column) + 1,
      getCell(current, column - 1) + 1,
      getCell(last, column - 1) + (isSame ? 0 : 1),
      isSwap ? getCell(secondLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
    );
  }
  return current;
}

function getCell(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
