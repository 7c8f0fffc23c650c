/** The part of credentials that says until when they are good; undefined: for ever. */
interface Expiring {
  readonly expiration?: Date;
}

/**
 * A provider that outlasts an outage of the one behind it: the SDK asks for new credentials five minutes before the old ones end, and
 * until then a failure to get some is no reason to stop. The SDK's own default chain does the same; assumed roles do not.
 */
export function steadyCredentials<Options extends unknown[], Keys extends Expiring>(
  provider: (...options: Options) => Promise<Keys>,
  now: () => number = Date.now,
): (...options: Options) => Promise<Keys> {
  let last: Keys | undefined;
  return async (...options) => {
    try {
      last = await provider(...options);
      return last;
    } catch (thrown) {
      if (last?.expiration !== undefined && last.expiration.getTime() > now()) return last;
      throw thrown;
    }
  };
}
