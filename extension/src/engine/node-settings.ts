/** What the settings say of the processes that are started: which Node runs them, and as whom they sign in. */
export interface NodeSettings {
  readonly nodePath?: string;
  readonly awsProfile?: string;
}

export interface NodeCommand {
  readonly execPath: string;
  /** Laid over the environment of the editor. */
  readonly env: Readonly<Record<string, string>>;
}

/** How any process of ours is started, be it the engine, what is debugged or an MCP server. `own` is the editor's Node. */
export function nodeCommand({ nodePath, awsProfile }: NodeSettings, own: string): NodeCommand {
  return {
    execPath: nodePath || own,
    env: { ELECTRON_RUN_AS_NODE: '1', ...(awsProfile ? { AWS_PROFILE: awsProfile } : {}) },
  };
}
