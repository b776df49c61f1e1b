import { convertEmscriptenError } from './emscripten-error';

const createError = (errno: number) => ({ name: 'ErrnoError', errno });

describe('the conversion of PGlite errors', () => {
  it.each([
    [51, 'ENOSPC', 'ENOSPC: no space left on device'],
    [29, 'EIO', 'EIO: i/o error'],
    [69, 'EROFS', 'EROFS: read-only file system'],
  ])('converts errno %i to %s, with the message of the system', (errno, code, message) => {
    expect(convertEmscriptenError(createError(errno))).toMatchObject({ code, message });
  });

  it('keeps an unknown errno in its message', () => {
    expect(convertEmscriptenError(createError(15))).toMatchObject({ message: 'PGlite failed with WASI errno 15' });
  });

  it('leaves other errors unchanged', () => {
    const error = new Error('syntax error');

    expect(convertEmscriptenError(error)).toBe(error);
  });
});
