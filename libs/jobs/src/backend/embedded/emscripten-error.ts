import { getSystemErrorMap } from 'node:util';
import { constants } from 'node:os';

/** What PGlite's file system throws: no `Error`, no message, only the errno of WASI. */
interface EmscriptenError {
  readonly name: 'ErrnoError';
  readonly errno: number;
}

/** Error codes of files, by their errno in WASI snapshot preview 1, which differs from the system's. */
const WASI_ERROR_CODES = {
  2: 'EACCES',
  10: 'EBUSY',
  19: 'EDQUOT',
  22: 'EFBIG',
  29: 'EIO',
  32: 'ELOOP',
  33: 'EMFILE',
  41: 'ENFILE',
  44: 'ENOENT',
  48: 'ENOMEM',
  51: 'ENOSPC',
  54: 'ENOTDIR',
  63: 'EPERM',
  69: 'EROFS',
  72: 'ESTALE',
} as const;

/** Converts an error of PGlite's file system to one of Node's form. Other errors are returned unchanged. */
export function convertEmscriptenError(error: unknown): unknown {
  if (!isEmscriptenError(error)) return error;
  const code = findCode(error.errno);
  if (!code) return new Error(`PGlite failed with WASI errno ${error.errno}`, { cause: error });
  const [, meaning = 'a file cannot be used'] = getSystemErrorMap().get(-constants.errno[code]) ?? [];
  return Object.assign(new Error(`${code}: ${meaning}`, { cause: error }), { code });
}

function findCode(errno: number): (typeof WASI_ERROR_CODES)[keyof typeof WASI_ERROR_CODES] | undefined {
  return new Map(Object.entries(WASI_ERROR_CODES)).get(String(errno));
}

function isEmscriptenError(error: unknown): error is EmscriptenError {
  if (typeof error !== 'object' || error === null) return false;
  return 'name' in error && error.name === 'ErrnoError' && 'errno' in error && typeof error.errno === 'number';
}
