/** A command for a terminal whose shell nobody knows, and what is laid over its environment. */
export interface SignIn {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Means the same in every shell between double quotes, and is no option. */
const PLAIN_NAME = /^[\w.@+=:,/][\w.@+=:,/ -]*$/;

/** How a profile signs in. A name comes from files of the workspace: one that a shell might take for more is no part of a command. */
export function signInWith(profile: string): SignIn {
  if (profile === '') return { command: 'aws sso login', env: {} };
  if (PLAIN_NAME.test(profile)) return { command: `aws sso login --profile "${profile}"`, env: {} };
  return { command: 'aws sso login', env: { AWS_PROFILE: profile } };
}
