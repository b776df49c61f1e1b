import { convertEmscriptenError } from './emscripten-error';

const thrownByPglite = (errno: number) => ({ name: 'ErrnoError', errno });

describe('an error of the file system of PGlite', () => {
  it.each([
    [51, 'ENOSPC', 'ENOSPC: no space left on device'],
    [29, 'EIO', 'EIO: i/o error'],
    [69, 'EROFS', 'EROFS: read-only file system'],
  ])('%i is %s, with the message of the system', (errno, code, message) => {
    expect(convertEmscriptenError(thrownByPglite(errno))).toMatchObject({ code, message });
  });

  it('that is not among those of a disk keeps its number', () => {
    expect(convertEmscriptenError(thrownByPglite(15))).toMatchObject({ message: 'PGlite failed with WASI errno 15' });
  });

  it('is the only one that is converted', () => {
    const error = new Error('syntax error');

    expect(convertEmscriptenError(error)).toBe(error);
  });
});
