import { addCodingSuffix, createStrongEtag, createWeakEtag, isEntityTag, parseEntityTags } from './entity-tag';

describe('a list of entity tags', () => {
  it.each([
    ['"7"', [{ tag: '"7"', isWeak: false }]],
    ['W/"7"', [{ tag: '"7"', isWeak: true }]],
    [
      '"a,b" ,\tW/"c"',
      [
        { tag: '"a,b"', isWeak: false },
        { tag: '"c"', isWeak: true },
      ],
    ],
    [', "a",, ', [{ tag: '"a"', isWeak: false }]],
    ['""', [{ tag: '""', isWeak: false }]],
    ['"\u00E9"', [{ tag: '"\u00E9"', isWeak: false }]],
    [' * ', '*'],
  ])('is parsed: %s', (value, tags) => {
    expect(parseEntityTags(value)).toEqual(tags);
  });

  it.each(['', ' , ', '7', '"7', 'w/"7"', 'W/7', '"a" "b"', '*, "a"', '"a", *', '"a b"', '"a"b', '"\u0001"'])(
    'is malformed: %j',
    (value) => {
      expect(parseEntityTags(value)).toBeUndefined();
    },
  );

  it('is parsed in a time that grows with its length only', () => {
    const spaces = ' '.repeat(1_000_000);

    expect(parseEntityTags(`"a",${spaces}"b"${spaces}x`)).toBeUndefined();
    expect(parseEntityTags(`"a",${spaces},${spaces}"b"`)).toHaveLength(2);
  });
});

describe('an entity tag', () => {
  it('of a body is strong or weak, and the same for the same bytes', () => {
    const strong = createStrongEtag('{"a":"é"}');

    expect(strong).toMatch(/^"[\w-]{27}"$/);
    expect(createStrongEtag(Buffer.from('{"a":"é"}'))).toBe(strong);
    expect(createWeakEtag('{"a":"é"}')).toBe(`W/${strong}`);
  });

  it('that is strong differs for a content coding', () => {
    expect(addCodingSuffix('"7"', 'gzip')).toBe('"7--gzip"');
    expect(addCodingSuffix('W/"7"', 'gzip')).toBe('W/"7"');
  });

  it.each([
    ['"7"', true],
    ['W/"7"', true],
    ['7', false],
    ['"7", "8"', false],
  ])('has its quotes: %s', (text, is) => {
    expect(isEntityTag(text)).toBe(is);
  });
});
