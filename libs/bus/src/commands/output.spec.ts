import { formatTable } from './output';

describe('a table', () => {
  it('has columns as wide as their widest cell', () => {
    expect(
      formatTable([
        ['ID', 'REASON'],
        ['1234', 'late'],
      ]),
    ).toBe('ID    REASON\n1234  late');
  });

  it('escapes the characters that a terminal interprets', () => {
    const reason = 'a\u001b[31mb\u0007\nc\u202e';

    expect(formatTable([[reason]])).toBe(String.raw`a\u001b[31mb\u0007\u000ac\u202e`);
  });
});
