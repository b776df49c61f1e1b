import { BusError, ConflictError } from '@trunkline/failures';
import { settleComposite } from './settle-composite';

const unavailable = new BusError('Unavailable', { status: 503, code: 'UNAVAILABLE' });
const taken = new ConflictError('Taken already');
const live = (value: unknown) => ({ need: 'required' as const, result: { value } });
const failed = (failure: BusError) => ({ result: { failure } });

describe('a composite of branches that ran as jobs', () => {
  it('is complete when every branch is live', () => {
    const parts = [
      { key: 'a', branches: [live(1)] },
      { key: 'list', branches: [live('x'), live(null)], list: {} },
    ];

    expect(settleComposite(parts)).toEqual({ complete: true, data: { a: 1, list: ['x', null] }, problems: {} });
  });

  it('uses the fallback of a failed branch, or omits its key', () => {
    const parts = [
      { key: 'a', branches: [{ need: 'optional' as const, ...failed(unavailable), fallback: { value: 0 } }] },
      { key: 'b', branches: [{ need: 'optional' as const, ...failed(taken) }] },
    ];

    expect(settleComposite(parts)).toEqual({
      complete: false,
      data: { a: 0 },
      problems: {
        a: { code: 'UNAVAILABLE', title: unavailable.title, status: 503, outcome: 'fallback' },
        b: { code: 'CONFLICT', title: taken.title, status: 409, outcome: 'missing' },
      },
    });
  });

  it('fails with the most relevant failure and the outcome of each branch', () => {
    const parts = [
      { key: 'a', branches: [{ need: 'required' as const, ...failed(unavailable) }] },
      { key: 'b', branches: [{ need: 'required' as const, title: 'B is taken', ...failed(taken) }] },
      { key: 'c', branches: [{ need: 'optional' as const, result: undefined }] },
    ];

    expect(settleComposite(parts)).toMatchObject({
      failure: { code: 'CONFLICT' },
      title: 'B is taken',
      branches: [
        ['a', { outcome: 'failed' }],
        ['b', { outcome: 'failed' }],
        ['c', { outcome: 'cancelled' }],
      ],
    });
  });

  it('fails when fewer items of a list have succeeded than must', () => {
    const branches = [live(1), { need: 'optional' as const, ...failed(unavailable) }];

    expect(settleComposite([{ key: 'l', branches, list: { atLeast: 2 } }])).toMatchObject({
      failure: { code: 'UNAVAILABLE' },
    });
    expect(settleComposite([{ key: 'l', branches, list: { atLeast: 1 } }])).toMatchObject({
      data: { l: [1, undefined] },
    });
  });
});
