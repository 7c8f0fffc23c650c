import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { type ComponentChildren, createElement, type HTMLAttributes } from 'preact';
import { Icon } from './icon.tsx';

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick: () => void;
  /** A codicon before the text. */
  readonly icon?: string;
  /** One button of a view is the main one; the others are secondary. */
  readonly isSecondary?: boolean;
  readonly isDisabled?: boolean;
  /** What a pointer that rests on it is told. */
  readonly title?: string;
}

export function Button({ children, onClick, icon, isSecondary = false, isDisabled = false, title }: ButtonProps) {
  return element('vscode-button', { secondary: isSecondary, disabled: isDisabled, title, onClick }, [
    icon !== undefined && <Icon name={icon} slot="content-before" />,
    children,
  ]);
}

export interface IconButtonProps {
  readonly icon: string;
  /** Its name for who cannot see it, and its tooltip. */
  readonly label: string;
  readonly onClick: () => void;
  /** For one that switches: whether it is on. */
  readonly isPressed?: boolean;
  readonly isDisabled?: boolean;
}

export function IconButton({ icon, label, onClick, isPressed, isDisabled = false }: IconButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      aria-pressed={isPressed}
      title={label}
      disabled={isDisabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  /** Called as it is typed. */
  readonly onInput: (value: string) => void;
  readonly onEnter?: () => void;
  readonly placeholder?: string;
  readonly icon?: string;
  readonly type?: 'text' | 'search' | 'number' | 'password';
  readonly isInvalid?: boolean;
}

export function TextField(props: TextFieldProps) {
  const { label, value, onInput, onEnter, placeholder, icon, type = 'text', isInvalid = false } = props;
  return element(
    'vscode-textfield',
    {
      label,
      value,
      placeholder,
      type,
      invalid: isInvalid,
      onInput: (event: Event) => onInput((event.currentTarget as HTMLInputElement).value),
      onKeyDown: (event: KeyboardEvent) => event.key === 'Enter' && onEnter?.(),
    },
    [icon !== undefined && <Icon name={icon} slot="content-before" />],
  );
}

export interface SelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
}

export function Select<Value extends string>({ label, value, options, onChange }: SelectProps<Value>) {
  return element(
    'vscode-single-select',
    { label, value, onChange: (event: Event) => onChange((event.currentTarget as HTMLSelectElement).value as Value) },
    options.map((option) =>
      element('vscode-option', { key: option.value, value: option.value, selected: option.value === value }, [
        option.label,
      ]),
    ),
  );
}

/** A web component of VS Code's look; JSX knows no types of them. */
function element(name: string, props: Record<string, unknown>, children: readonly ComponentChildren[] = []) {
  return createElement(name as 'div', props as HTMLAttributes<HTMLDivElement>, ...children);
}
