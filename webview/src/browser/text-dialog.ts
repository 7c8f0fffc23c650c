import { fileName } from '../components/place-link.tsx';

export interface TextQuestion {
  readonly title: string;
  readonly label: string;
  /** What is there to begin with. */
  readonly value: string;
}

/** Asks for a line of text in a dialog; undefined: it was cancelled. */
export function askForText({ title, label, value }: TextQuestion): Promise<string | undefined> {
  const dialog = element('dialog', { className: 'shell-ask' });
  dialog.setAttribute('aria-label', title);
  const form = element('form', { method: 'dialog' });
  const input = element('input', { value, required: true, spellcheck: false });
  const field = element('label', { textContent: label });
  field.append(input);
  const buttons = element('div', { className: 'shell-ask-buttons' });
  const cancel = element('button', { type: 'button', textContent: 'Cancel', className: 'shell-ask-cancel' });
  cancel.onclick = () => dialog.close('');
  buttons.append(cancel, element('button', { value: 'ok', textContent: title }));
  form.append(element('h2', { textContent: title }), field, buttons);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  input.setSelectionRange(value.length - fileName(value).length, value.length);
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'ok' ? input.value.trim() : undefined);
    });
  });
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]>,
): HTMLElementTagNameMap[Name] {
  return Object.assign(document.createElement(name), properties);
}
