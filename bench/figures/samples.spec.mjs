import { collectSamples } from './samples.mjs';

/** Opens series that record what happens to them. */
function createSeries(log, names) {
  const createOpener = (name) => async () => {
    log.push(`open ${name}`);
    return {
      async measure(size) {
        log.push(`${name} ${size}`);
        return { cpu: size };
      },
      close: () => log.push(`close ${name}`),
    };
  };
  return Object.fromEntries(names.map((name) => [name, createOpener(name)]));
}

it('warms up, takes turns in alternating order and opens each sitting anew', async () => {
  const log = [];

  const samples = await collectSamples(createSeries(log, ['a', 'b']), { sittings: 2, rounds: 2, size: 5, warmUp: 9 });

  const first = ['open a', 'open b', 'a 9', 'b 9', 'a 5', 'b 5', 'b 5', 'a 5', 'close a', 'close b'];
  const second = ['open b', 'open a', 'b 9', 'a 9', 'b 5', 'a 5', 'a 5', 'b 5', 'close b', 'close a'];
  expect(log).toEqual([...first, ...second]);
  const rounds = [{ cpu: 5 }, { cpu: 5 }];
  expect(samples).toEqual({ a: [rounds, rounds], b: [rounds, rounds] });
});

it('measures no first turn without a warm-up', async () => {
  const log = [];

  await collectSamples(createSeries(log, ['a']), { sittings: 1, rounds: 1, size: 5, warmUp: 0 });

  expect(log).toEqual(['open a', 'a 5', 'close a']);
});

it('closes what it opened when a series cannot be opened', async () => {
  const log = [];
  const series = { ...createSeries(log, ['a']), b: () => Promise.reject(new Error('b does not start')) };

  const collected = collectSamples(series, { sittings: 1, rounds: 1, size: 5, warmUp: 0 });

  await expect(collected).rejects.toThrow('b does not start');
  expect(log).toEqual(['open a', 'close a']);
});
