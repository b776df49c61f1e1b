import { BusError, ConflictError } from '@trunkline/failures';
import { settleComposite } from './settle-composite';

const away = new BusError('Away', { status: 503, code: 'AWAY' });
const taken = new ConflictError('Taken already');
const live = (value: unknown) => ({ need: 'required' as const, end: { value } });
const failed = (failure: BusError) => ({ end: { failure } });

describe('a composite of branches that have ended', () => {
  it('is complete when each of them is live', () => {
    const parts = [
      { key: 'a', branches: [live(1)] },
      { key: 'list', branches: [live('x'), live(null)], list: {} },
    ];

    expect(settleComposite(parts)).toEqual({ complete: true, data: { a: 1, list: ['x', null] }, problems: {} });
  });

  it('takes a fallback, undefined included, or leaves the key out', () => {
    const parts = [
      { key: 'a', branches: [{ need: 'optional' as const, ...failed(away), fallback: { value: 0 } }] },
      { key: 'b', branches: [{ need: 'optional' as const, ...failed(taken) }] },
    ];

    expect(settleComposite(parts)).toEqual({
      complete: false,
      data: { a: 0 },
      problems: {
        a: { code: 'AWAY', title: away.title, status: 503, outcome: 'fallback' },
        b: { code: 'CONFLICT', title: taken.title, status: 409, outcome: 'missing' },
      },
    });
  });

  it('fails with the failure that says most, and tells how each of them ended', () => {
    const parts = [
      { key: 'a', branches: [{ need: 'required' as const, ...failed(away) }] },
      { key: 'b', branches: [{ need: 'required' as const, title: 'B is taken', ...failed(taken) }] },
      { key: 'c', branches: [{ need: 'optional' as const, end: undefined }] },
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

  it('fails when fewer of a list have succeeded than must', () => {
    const branches = [live(1), { need: 'optional' as const, ...failed(away) }];

    expect(settleComposite([{ key: 'l', branches, list: { atLeast: 2 } }])).toMatchObject({
      failure: { code: 'AWAY' },
    });
    expect(settleComposite([{ key: 'l', branches, list: { atLeast: 1 } }])).toMatchObject({
      data: { l: [1, undefined] },
    });
  });
});
