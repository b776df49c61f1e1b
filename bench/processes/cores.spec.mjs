import { parseCoreList, pinCommand } from './cores.mjs';

it.each([
  ['0', [0]],
  ['0-3', [0, 1, 2, 3]],
  ['0-1,4,6-7', [0, 1, 4, 6, 7]],
])('reads the list of cores %s', (text, cores) => {
  expect(parseCoreList(text)).toEqual(cores);
});

it('runs a command on its cores', () => {
  expect(pinCommand(['node', 'a.mjs'], '1')).toEqual(['taskset', '-c', '1', 'node', 'a.mjs']);
});

it('leaves a command as it is without cores', () => {
  expect(pinCommand(['node', 'a.mjs'], undefined)).toEqual(['node', 'a.mjs']);
});
