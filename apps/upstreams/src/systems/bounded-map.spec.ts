import { addToBoundedMap } from './bounded-map';

it('keeps the newest thousand entries', () => {
  const entries = new Map<number, string>();

  for (let key = 0; key <= 1_000; key += 1) addToBoundedMap(entries, key, 'value');

  expect(entries.size).toBe(1_000);
  expect([entries.has(0), entries.has(1), entries.has(1_000)]).toEqual([false, true, true]);
});
