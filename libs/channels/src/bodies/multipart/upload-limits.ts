/** Limits of a `multipart/form-data` body. */
export interface UploadLimits {
  /** Maximum size of the whole body in bytes. */
  readonly total: number;
  /** Maximum size of each file in bytes. */
  readonly file: number;
  readonly files: number;
  /** Maximum size of each field in bytes. */
  readonly field: number;
  readonly fields: number;
}
