import * as vscode from 'vscode';
import type { WireError } from '../../../engine/src/protocol/frames.ts';
import { signInWith } from '../aws/sign-in.ts';
import type { Studio } from './studio.ts';

/** Chooses the AWS profile that the engine signs in with; it is started anew for it. */
export async function selectProfile({ ask }: Studio): Promise<void> {
  const { profiles } = await ask('cloud.profiles', {});
  const settings = vscode.workspace.getConfiguration('parquetry');
  const now = settings.get<string>('awsProfile', '');
  const items = [
    { label: 'As the environment says', profile: '' },
    ...profiles.map((profile) => ({ label: profile, profile })),
  ].map((item) => ({ ...item, description: item.profile === now ? '$(check)' : undefined }));
  const placeHolder =
    profiles.length > 0 ? 'AWS profile' : 'There are no profiles in ~/.aws/config: `aws configure sso` makes one';
  const picked = await vscode.window.showQuickPick(items, { placeHolder });
  if (!picked || picked.profile === now) return;
  const isInFolder = vscode.workspace.workspaceFolders !== undefined;
  const place = isInFolder ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await settings.update('awsProfile', picked.profile, place);
}

/** A login has expired: one notification, however many requests it fails, whose action renews it in a terminal. */
export class ExpiredLogin {
  #isTold = false;

  async tell({ message, hint, login }: Pick<WireError, 'message' | 'hint' | 'login'>): Promise<void> {
    if (this.#isTold) return;
    this.#isTold = true;
    const text = [message, hint].filter(Boolean).join('. ');
    const chosen = await vscode.window.showWarningMessage(`Parquetry: ${text}`, 'Sign In', 'Select Profile');
    this.#isTold = false;
    if (chosen === 'Select Profile') await vscode.commands.executeCommand('parquetry.selectProfile');
    if (chosen !== 'Sign In') return;
    const profile = login?.profile ?? vscode.workspace.getConfiguration('parquetry').get<string>('awsProfile', '');
    const { command, env } = signInWith(profile);
    const terminal = vscode.window.createTerminal({ name: 'AWS sign in', env });
    terminal.show();
    terminal.sendText(command);
  }
}
