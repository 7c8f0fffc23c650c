import { ProtocolError } from '../../../engine/src/protocol/protocol-error.ts';

/** Copies a text, also where the browser gives pages no clipboard: over plain HTTP from another machine. */
export async function copyText(text: string): Promise<void> {
  // Absent outside of secure contexts, whatever its type says.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard !== undefined) return await clipboard.writeText(text);
  const holder = Object.assign(document.createElement('textarea'), { value: text, readOnly: true });
  holder.style.position = 'fixed';
  holder.style.opacity = '0';
  const focused = document.activeElement;
  document.body.append(holder);
  holder.select();
  const isCopied = document.execCommand('copy');
  holder.remove();
  if (focused instanceof HTMLElement) focused.focus();
  if (isCopied) return;
  const hint = 'Select it and press Ctrl+C; over HTTPS, or on the machine itself, pages can copy.';
  throw new ProtocolError({ code: 'E_ACCESS', message: 'the browser lets this page copy nothing', hint });
}
