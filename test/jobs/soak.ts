/** `npm run soak:jobs` proves the figures in full size; the suite proves the rules in a size that keeps it quick. */
const isSoak = process.env['SOAK'] === 'jobs';

/** One figure for the suite, another one for the soak. */
export function chooseSize(inSuite: number, inSoak: number): number {
  return isSoak ? inSoak : inSuite;
}

/** Prints the figures of a soak. */
export function printFigures(figures: object): void {
  if (isSoak) console.log(figures);
}
