import { VirtualTime } from './virtual-time';

const UNTOUCHED = ['Date', 'hrtime', 'nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const;

/** Uses virtual time in all tests of the surrounding block. */
export function useVirtualTime(): void {
  let time: VirtualTime | undefined;
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: [...UNTOUCHED] });
    time = new VirtualTime(jest);
  });
  afterEach(async () => {
    await time?.stop();
    jest.useRealTimers();
  });
}
