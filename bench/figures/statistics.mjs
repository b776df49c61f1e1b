// The statistics of the benchmark.

/** Quantiles 0.975 of Student's t distribution for 1 to 30 degrees of freedom. */
const STUDENT_T = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** The middle value; of an even number of values, the mean of the middle two. */
export function calculateMedian(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value that `share` of all values do not exceed (nearest rank); 0 for an empty list. */
export function calculatePercentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/**
 * The geometric mean of ratios and its 95 % confidence interval: Student's t over their logarithms, so that a ratio and its inverse weigh
 * the same.
 *
 * @param ratios - independent measurements of one ratio, at least 2, each above 0
 * @returns `{ ratio, low, high }`
 */
export function calculateRatioInterval(ratios) {
  const logarithms = ratios.map(Math.log);
  const count = logarithms.length;
  const mean = calculateSum(logarithms) / count;
  const variance = calculateSum(logarithms.map((value) => (value - mean) ** 2)) / (count - 1);
  const margin = (STUDENT_T[count - 2] ?? STUDENT_T.at(-1)) * Math.sqrt(variance / count);
  return { ratio: Math.exp(mean), low: Math.exp(mean - margin), high: Math.exp(mean + margin) };
}

function calculateSum(values) {
  return values.reduce((sum, value) => sum + value, 0);
}
