/** `npm run soak:jobs` runs these specs in full size; the suite runs them in a size that keeps it fast. */
const isSoak = process.env['SOAK'] === 'jobs';

/** Selects a size for the suite or for the soak. */
export function chooseSize(inSuite: number, inSoak: number): number {
  return isSoak ? inSoak : inSuite;
}

/** Prints the measurements of a soak. */
export function printFigures(figures: object): void {
  if (isSoak) console.log(figures);
}
