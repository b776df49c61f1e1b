import { compareFigures } from './comparison.mjs';

/** Sittings of one round each. */
const sittings = (values) => values.map((cpu) => [{ cpu }]);
const STEADY = sittings([100, 100, 100, 100, 100]);

it('is slower when the whole interval lies above 1.03', () => {
  expect(compareFigures(sittings([105, 106, 105, 106, 105]), STEADY, 'cpu').verdict).toBe('slower');
});

it('is no verdict when a figure is higher by less than 3 %', () => {
  expect(compareFigures(sittings([102, 102.5, 102, 102.5, 102]), STEADY, 'cpu').verdict).toBe('');
});

it('is no verdict when the mean is above 1.03 but noise reaches below it', () => {
  const { ratio, low, verdict } = compareFigures(sittings([130, 95, 120, 98, 125]), STEADY, 'cpu');

  expect(ratio).toBeGreaterThan(1.1);
  expect(low).toBeLessThan(1.03);
  expect(verdict).toBe('');
});

it('is faster when the whole interval lies below 1 ÷ 1.03', () => {
  expect(compareFigures(sittings([90, 91, 90, 91, 90]), STEADY, 'cpu').verdict).toBe('faster');
});

it('compares the medians of each pair of sittings, so that a slow phase of the machine cancels out', () => {
  const ours = [
    [{ cpu: 10 }, { cpu: 10 }, { cpu: 500 }],
    [{ cpu: 20 }, { cpu: 20 }, { cpu: 20 }],
  ];
  const theirs = [
    [{ cpu: 5 }, { cpu: 5 }, { cpu: 5 }],
    [{ cpu: 10 }, { cpu: 10 }, { cpu: 10 }],
  ];

  expect(compareFigures(ours, theirs, 'cpu')).toMatchObject({ ours: 20, theirs: 7.5, low: 2, high: 2 });
});
