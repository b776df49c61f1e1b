import { CancelScope } from './cancel-scope';
import { Deadline } from './deadline';

const expired = new Error('expired');
const open = (ms: number, parent?: CancelScope) => new CancelScope(Deadline.in(ms), () => expired, parent);

describe('a cancel scope', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('aborts its signal with the reason when the deadline passes', () => {
    const scope = open(500);
    const { signal } = scope;

    jest.advanceTimersByTime(499);
    expect(signal.aborted).toBe(false);
    jest.advanceTimersByTime(2);

    expect(signal.reason).toBe(expired);
    expect(scope.reason).toBe(expired);
  });

  it('may be extended, before and after its timer has started', () => {
    const [early, late] = [open(500), open(500)];
    early.extend(Deadline.in(2_000));
    const { signal } = early;
    const { signal: other } = late;
    jest.advanceTimersByTime(400);
    late.extend(Deadline.in(2_000));
    jest.advanceTimersByTime(1_500);

    expect([signal.aborted, other.aborted]).toEqual([false, false]);
    jest.advanceTimersByTime(200);

    expect([signal.aborted, other.aborted]).toEqual([true, false]);
    jest.advanceTimersByTime(400);

    expect(other.reason).toBe(expired);
  });

  it('starts no timer before the first listener', () => {
    open(500);

    expect(jest.getTimerCount()).toBe(0);
  });

  it('calls each listener once', () => {
    const scope = open(500);
    const heard: Error[] = [];
    scope.onCancel((reason) => heard.push(reason));

    scope.cancel(new Error('first'));
    scope.cancel(new Error('second'));

    expect(heard.map(({ message }) => message)).toEqual(['first']);
  });

  it('calls a listener immediately if it is already cancelled', () => {
    const scope = open(500);
    const listener = jest.fn();
    scope.cancel(expired);

    scope.onCancel(listener);

    expect(listener).toHaveBeenCalledWith(expired);
  });

  it('does not call a removed listener', () => {
    const scope = open(500);
    const listener = jest.fn();

    scope.onCancel(listener)();
    scope.cancel(expired);

    expect(listener).not.toHaveBeenCalled();
  });

  it('calls its listeners in the order in which they were added, whichever were removed between them', () => {
    const scope = open(500);
    const heard: string[] = [];
    const [, second, , fourth] = ['first', 'second', 'third', 'fourth', 'fifth'].map((name) =>
      scope.addListener(() => heard.push(name)),
    );

    for (const removed of [second, fourth, second]) if (removed) scope.removeListener(removed);
    scope.cancel(expired);

    expect(heard).toEqual(['first', 'third', 'fifth']);
  });

  it('is cancelled with its parent, with the same reason', () => {
    const parent = open(500);
    const child = open(100, parent);
    const reason = new Error('the client left');

    parent.cancel(reason);

    expect(child.reason).toBe(reason);
  });

  it('does not cancel its parent', () => {
    const parent = open(500);
    const child = open(100, parent);

    child.cancel(expired);

    expect(parent.reason).toBeUndefined();
  });

  it('has neither timer nor listener once closed', () => {
    const parent = open(500);
    const child = open(100, parent);
    const { signal } = child;

    child.close();
    parent.close();
    jest.advanceTimersByTime(1_000);

    expect(jest.getTimerCount()).toBe(0);
    expect(signal.aborted).toBe(false);
  });
});
