import { FairQueue } from './fair-queue';

function createQueue(capacity: number, ...elements: readonly string[]): FairQueue<string> {
  const queue = new FairQueue<string>(capacity);
  for (const element of elements) queue.add(element.charAt(0), element);
  return queue;
}

function takenFrom(queue: FairQueue<string>): readonly (string | undefined)[] {
  return Array.from({ length: queue.size }, () => queue.take());
}

describe('a fair queue', () => {
  it('serves its owners in turn, and the elements of each in order', () => {
    expect(takenFrom(createQueue(9, 'a1', 'a2', 'a3', 'b1', 'c1', 'c2'))).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
  });

  it('is empty after the last element', () => {
    const queue = createQueue(9, 'a1');

    expect([queue.take(), queue.take(), queue.size]).toEqual(['a1', undefined, 0]);
  });

  it('drops the newest element of the owner with the most for an owner that has fewer', () => {
    const queue = createQueue(3, 'a1', 'a2', 'a3');

    expect(queue.add('b', 'b1')).toBe('a3');
    expect(takenFrom(queue)).toEqual(['a1', 'b1', 'a2']);
  });

  it('rejects an element if it is full and no owner has more elements', () => {
    const queue = createQueue(2, 'a1', 'b1');

    expect([queue.add('c', 'c1'), queue.add('a', 'a2')]).toEqual(['c1', 'a2']);
    expect(takenFrom(queue)).toEqual(['a1', 'b1']);
  });

  it('removes an element once', () => {
    const queue = createQueue(3, 'a1', 'a2', 'b1');

    queue.remove('a', 'a1');
    queue.remove('a', 'a1');
    queue.remove('b', 'b1');

    expect([queue.size, queue.take(), queue.take()]).toEqual([1, 'a2', undefined]);
  });
});
