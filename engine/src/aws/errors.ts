import { type ErrorCode, ParquetryError } from '../core/errors.ts';

interface Rule {
  readonly code: ErrorCode;
  /** Continues the subject: `queue clicks` + `does not exist`. */
  readonly says: string;
  readonly hint: string;
  /** Overrides what the code says. */
  readonly retryable?: boolean;
}

const NOT_FOUND: Rule = {
  code: 'E_NOT_FOUND',
  says: 'does not exist',
  hint: 'Check the name, the region and the account; the credentials in use may belong to another one.',
};
const DENIED: Rule = {
  code: 'E_ACCESS',
  says: 'refuses access',
  hint: 'Grant the permission to the role or user in use; the service names the missing action in the details.',
};
const KEY_REFUSED: Rule = {
  code: 'E_ACCESS',
  says: 'is encrypted with a KMS key that cannot be used',
  hint: 'Grant kms:GenerateDataKey and kms:Decrypt on the key, and check that it is enabled.',
};
const BAD_CREDENTIALS: Rule = {
  code: 'E_ACCESS',
  says: 'does not accept the credentials',
  hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile with aws.profile, or give this machine a role.',
};
/** Fresh credentials may well be accepted: the caller fetches them and tries again. */
const EXPIRED: Rule = { ...BAD_CREDENTIALS, says: 'was called with expired credentials', retryable: true };
const CLOCK_SKEW: Rule = {
  code: 'E_ACCESS',
  says: 'was called with a time too far from its own',
  hint: 'Set the clock of this machine.',
  retryable: true, // the SDK learns the offset from the refusal, so the next attempt is signed with the right time
};
const THROTTLED: Rule = {
  code: 'E_THROTTLED',
  says: 'asks to slow down',
  hint: 'It is tried again by itself; if it lasts, lower lanes.max or raise the quota of the service.',
};
const UNAVAILABLE: Rule = {
  code: 'E_UNAVAILABLE',
  says: 'is not available at the moment',
  hint: 'It is tried again by itself; if it lasts, look at the health of the service.',
};
const UNREACHABLE: Rule = {
  code: 'E_UNAVAILABLE',
  says: 'cannot be reached',
  hint: 'Check the network and the endpoint; a local emulator must be running.',
};
const EXISTS: Rule = {
  code: 'E_CONFLICT',
  says: 'was written by somebody else',
  hint: 'Another writer uses the same names: check that no second pipeline has the same name and prefix.',
};
const RACE: Rule = { ...EXISTS, says: 'is being written by somebody else', retryable: true };
const CORRUPT: Rule = {
  code: 'E_INTEGRITY',
  says: 'received other bytes than were sent',
  hint: 'It is tried again by itself; if it lasts, something on the network path changes bytes.',
  retryable: true,
};
const REJECTED: Rule = {
  code: 'E_CONFIG',
  says: 'rejects the request',
  hint: 'Check the options of this component; the service says in the details what it rejects.',
};
const ELSEWHERE: Rule = {
  code: 'E_CONFIG',
  says: 'lies in another region',
  hint: 'Set aws.region to the region it lies in.',
};
const UNSUPPORTED: Rule = {
  code: 'E_CONFIG',
  says: 'does not support the request',
  hint: 'The store behind this endpoint lacks a feature that is asked for: check the options of this component.',
};
const UNTRUSTED: Rule = {
  code: 'E_CONFIG',
  says: 'shows a certificate that is not trusted here',
  hint: 'Behind a proxy that opens TLS, set NODE_EXTRA_CA_CERTS or AWS_CA_BUNDLE to a PEM file with its certificate.',
};
const UNREADABLE: Rule = {
  code: 'E_INTEGRITY',
  says: 'gives an answer that is not one of its own',
  hint: 'Something on the way answers in its place: check the endpoint and the proxy. It is tried again by itself.',
  retryable: true,
};
const CANCELLED: Rule = {
  code: 'E_CANCELLED',
  says: 'was not waited for: stopped on request',
  hint: 'Start it again.',
};
const UNKNOWN: Rule = {
  code: 'E_INTERNAL',
  says: 'failed in an unforeseen way',
  hint: 'Please report it with the details.',
};

/** Error codes as S3, SQS, STS, KMS, the SDK and Node's sockets call them. */
const CODES: readonly (readonly [Rule, string])[] = [
  [
    NOT_FOUND,
    `NoSuchBucket NoSuchKey NoSuchUpload NoSuchVersion NotFound QueueDoesNotExist NonExistentQueue QueueDeletedRecently
    ResourceNotFoundException`,
  ],
  [
    DENIED,
    `AccessDenied AccessDeniedException Forbidden AllAccessDisabled AccountProblem InvalidSecurity OptInRequired`,
  ],
  [
    KEY_REFUSED,
    `KmsAccessDenied KmsDisabled KmsInvalidState KmsNotFound KmsOptInRequired KmsInvalidKeyUsage KMSAccessDeniedException
    KMS.DisabledException KMS.NotFoundException KMS.KMSInvalidStateException`,
  ],
  [
    BAD_CREDENTIALS,
    `CredentialsProviderError TokenProviderError ProviderError InvalidAccessKeyId InvalidToken InvalidClientTokenId
    UnrecognizedClientException SignatureDoesNotMatch InvalidSignatureException IncompleteSignature AuthFailure
    MissingAuthenticationToken MissingAuthenticationTokenException`,
  ],
  [EXPIRED, `ExpiredToken ExpiredTokenException TokenRefreshRequired RequestExpired`],
  [CLOCK_SKEW, `RequestTimeTooSkewed RequestInTheFuture`],
  [
    THROTTLED,
    `SlowDown Throttling ThrottlingException Throttled ThrottledException RequestThrottled RequestThrottledException
    RequestLimitExceeded LimitExceededException TooManyRequests TooManyRequestsException OverLimit KmsThrottled
    KMS.ThrottlingException BandwidthLimitExceeded PriorRequestNotComplete`,
  ],
  [
    UNAVAILABLE,
    `InternalError InternalFailure InternalServerError InternalException RequestTimeout RequestTimeoutException TimeoutError
    IncompleteBody ERR_STREAM_PREMATURE_CLOSE UND_ERR_HEADERS_TIMEOUT UND_ERR_BODY_TIMEOUT UND_ERR_RES_CONTENT_LENGTH_MISMATCH`,
  ],
  [
    UNREACHABLE,
    `ECONNREFUSED ECONNRESET ECONNABORTED ETIMEDOUT EPIPE ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH UND_ERR_CONNECT_TIMEOUT
    UND_ERR_SOCKET UND_ERR_ABORTED UND_ERR_PRX_TLS ERR_PROXY_TUNNEL`,
  ],
  [
    UNTRUSTED,
    `SELF_SIGNED_CERT_IN_CHAIN DEPTH_ZERO_SELF_SIGNED_CERT UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_ISSUER_CERT_LOCALLY
    UNABLE_TO_VERIFY_LEAF_SIGNATURE CERT_HAS_EXPIRED CERT_NOT_YET_VALID CERT_UNTRUSTED ERR_TLS_CERT_ALTNAME_INVALID`,
  ],
  [UNREADABLE, `UnreadableAnswer`],
  [EXISTS, `PreconditionFailed`],
  [RACE, `ConditionalRequestConflict OperationAborted`],
  [CORRUPT, `BadDigest XAmzContentSHA256Mismatch XAmzContentChecksumMismatch`],
  [
    ELSEWHERE,
    `PermanentRedirect TemporaryRedirect Redirect AuthorizationHeaderMalformed IllegalLocationConstraintException`,
  ],
  [UNSUPPORTED, `NotImplemented UnsupportedOperation MethodNotAllowed`],
  [CANCELLED, `AbortError UND_ERR_DESTROYED UND_ERR_CLOSED`],
];
const RULE_BY_CODE: ReadonlyMap<string, Rule> = new Map(
  CODES.flatMap(([rule, codes]) => codes.split(/\s+/).map((code): [string, Rule] => [code, rule])),
);

/** For answers without a body (HEAD), proxies, and codes nobody listed. */
function ruleOfStatus(status: number | undefined): Rule | undefined {
  if (status === undefined) return undefined;
  if (status === 429 || status === 503) return THROTTLED;
  if (status === 501) return UNSUPPORTED;
  if (status >= 500) return UNAVAILABLE;
  if (status === 401 || status === 403) return DENIED;
  if (status === 404) return NOT_FOUND;
  if (status === 409) return RACE;
  if (status === 412) return EXISTS;
  if (status === 301 || status === 307) return ELSEWHERE;
  return status >= 400 ? REJECTED : undefined;
}

/** What is looked at in a foreign error; everything optional, nothing trusted. */
interface Thrown {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly Code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/**
 * What an error of the SDK means, by its code and status, never by its text. `subject` names the thing as the user does
 * (`queue clicks`, `s3://lake/clicks`); `profile` sharpens the hint about credentials. A ParquetryError stays itself. Never throws.
 */
export function classifyAwsError(thrown: unknown, subject: string, profile?: string): ParquetryError {
  if (thrown instanceof ParquetryError) return thrown;
  const error: Thrown = typeof thrown === 'object' && thrown !== null ? thrown : {};
  const names = namesOf(error);
  const status = error.$metadata?.httpStatusCode;
  const known = names.find((name) => RULE_BY_CODE.has(name));
  const rule = (known === undefined ? undefined : RULE_BY_CODE.get(known)) ?? ruleOfStatus(status) ?? UNKNOWN;
  const label = known ?? names[0] ?? 'unknown error';
  return new ParquetryError(rule.code, `${subject} ${rule.says} (${label})`, {
    cause: thrown,
    hint: hintOf(rule, profile),
    retryable: rule.retryable,
    details: {
      awsCode: label,
      httpStatus: status,
      requestId: error.$metadata?.requestId,
      serviceMessage: typeof error.message === 'string' ? error.message.slice(0, 1_000) : undefined,
      login: isAboutCredentials(rule) ? { profile } : undefined,
    },
  });
}

function hintOf(rule: Rule, profile: string | undefined): string {
  if (!isAboutCredentials(rule) || profile === undefined) return rule.hint;
  return `Run \`aws sso login --profile ${profile}\`, or renew the keys of that profile.`;
}

/** Signing in anew may mend it. */
function isAboutCredentials(rule: Rule): boolean {
  return rule === BAD_CREDENTIALS || rule === EXPIRED;
}

/** Codes of a foreign error, the most specific first: `AWS.SimpleQueueService.NonExistentQueue` is `NonExistentQueue`; causes come last. */
export function namesOf(thrown: unknown): string[] {
  const error: Thrown = typeof thrown === 'object' && thrown !== null ? thrown : {};
  const cause: Thrown = typeof error.cause === 'object' && error.cause !== null ? error.cause : {};
  return [error.Code, error.code, error.name, cause.code, cause.name]
    .filter((name) => typeof name === 'string')
    .map((name) => name.replace(/^AWS\.SimpleQueueService\.|^.*#/, ''));
}
