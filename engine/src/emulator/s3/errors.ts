/** Codes this emulator answers with, as in AWS's "Error responses" page: HTTP status and the service's own wording. */
const ERRORS = {
  AccessDenied: [403, 'Access Denied'],
  BadDigest: [400, 'The Content-MD5 you specified did not match what we received.'],
  BucketAlreadyOwnedByYou: [409, 'Your previous request to create the named bucket succeeded and you already own it.'],
  BucketNotEmpty: [409, 'The bucket you tried to delete is not empty'],
  ConditionalRequestConflict: [
    409,
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
  ],
  EntityTooLarge: [400, 'Your proposed upload exceeds the maximum allowed size'],
  EntityTooSmall: [400, 'Your proposed upload is smaller than the minimum allowed size'],
  IncompleteBody: [400, 'The request body terminated unexpectedly'],
  InternalError: [500, 'We encountered an internal error. Please try again.'],
  InvalidArgument: [400, 'Invalid Argument'],
  InvalidBucketName: [400, 'The specified bucket is not valid.'],
  InvalidDigest: [400, 'The Content-MD5 you specified was invalid.'],
  InvalidPart: [
    400,
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  ],
  InvalidPartNumber: [416, 'The requested partnumber is not satisfiable'],
  InvalidPartOrder: [400, 'The list of parts was not in ascending order. Parts must be ordered by part number.'],
  InvalidRange: [416, 'The requested range is not satisfiable'],
  InvalidRequest: [400, 'Invalid Request'],
  InvalidStorageClass: [400, 'The storage class you specified is not valid'],
  InvalidTag: [400, 'The tag provided was not a valid tag.'],
  InvalidURI: [400, "Couldn't parse the specified URI."],
  KeyTooLongError: [400, 'Your key is too long'],
  MalformedTrailerError: [
    400,
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  ],
  MalformedXML: [400, 'The XML you provided was not well-formed or did not validate against our published schema'],
  MaxMessageLengthExceeded: [400, 'Your request was too big.'],
  MetadataTooLarge: [400, 'Your metadata headers exceed the maximum allowed metadata size'],
  MethodNotAllowed: [405, 'The specified method is not allowed against this resource.'],
  MissingContentLength: [411, 'You must provide the Content-Length HTTP header.'],
  NoSuchBucket: [404, 'The specified bucket does not exist'],
  NoSuchKey: [404, 'The specified key does not exist.'],
  NoSuchTagSet: [404, 'The TagSet does not exist'],
  NoSuchUpload: [
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  ],
  NoSuchVersion: [404, 'The specified version does not exist.'],
  NotImplemented: [501, 'A header you provided implies functionality that is not implemented'],
  PermanentRedirect: [
    301,
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
  ],
  PreconditionFailed: [412, 'At least one of the pre-conditions you specified did not hold'],
  XAmzContentSHA256Mismatch: [400, "The provided 'x-amz-content-sha256' header does not match what was computed."],
} as const satisfies Record<string, readonly [status: number, message: string]>;

/** The closed set of codes the emulated S3 raises by itself; injected faults may carry any other. */
export type S3ErrorCode = keyof typeof ERRORS;

/** AWS's message for a code, or the code itself where this emulator has none. */
export function defaultMessage(code: string): string {
  return Object.hasOwn(ERRORS, code) ? ERRORS[code as S3ErrorCode][1] : code;
}

/** What an error answer carries besides code and message. */
export interface S3ErrorFacts {
  message?: string;
  /** Further elements of the error document, such as `ActualObjectSize`. */
  fields?: Record<string, string | number>;
  /** Further answer headers, such as `x-amz-bucket-region`. */
  headers?: Record<string, string>;
}

/** A refusal that becomes S3's error answer. Handlers throw it; only the service turns it into bytes. */
export class S3Error extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: Record<string, string | number>;
  readonly headers: Record<string, string>;

  constructor(code: string, status: number, facts: S3ErrorFacts = {}) {
    super(facts.message ?? code);
    this.name = 'S3Error';
    this.code = code;
    this.status = status;
    this.fields = facts.fields ?? {};
    this.headers = facts.headers ?? {};
  }
}

/** The error for a known code, with AWS's status and, unless `facts` says otherwise, AWS's message. */
export function s3Error(code: S3ErrorCode, facts: S3ErrorFacts = {}): S3Error {
  const [status, message] = ERRORS[code];
  return new S3Error(code, status, { message, ...facts });
}

/** An `InvalidArgument` that names the argument and the value it had, as S3 does. */
export function invalidArgument(message: string, argument: string, value: string): S3Error {
  return s3Error('InvalidArgument', { message, fields: { ArgumentName: argument, ArgumentValue: value } });
}
