// The rule by which a row of this build is slower than the same row of another revision.
import { calculateMedian, calculateRatioInterval } from './statistics.mjs';

/** How much slower a row may get. */
const MAX_RATIO = 1.03;

/**
 * Compares one figure of two builds. Processes differ from each other more than the rounds of one process, so that the independent
 * measurement is the sitting: the ratio of the medians of its rounds.
 *
 * @param ours - sittings of this build, as of `collectSamples`
 * @param theirs - sittings of the other revision, measured in turns with ours
 * @returns `{ ours, theirs, ratio, low, high, verdict }`: medians of all rounds, the ratio with its 95 % confidence interval, and
 *   `slower` if the whole interval lies above 1.03, `faster` if it lies below 1 ÷ 1.03, else ``
 */
export function compareFigures(ours, theirs, figure) {
  const ratios = ours.map((rounds, index) => medianOf(rounds, figure) / medianOf(theirs[index], figure));
  const interval = calculateRatioInterval(ratios);
  return {
    ours: medianOf(ours.flat(), figure),
    theirs: medianOf(theirs.flat(), figure),
    ...interval,
    verdict: judge(interval),
  };
}

function medianOf(rounds, figure) {
  return calculateMedian(rounds.map((figures) => figures[figure]));
}

function judge({ low, high }) {
  if (low > MAX_RATIO) return 'slower';
  return high < 1 / MAX_RATIO ? 'faster' : '';
}
