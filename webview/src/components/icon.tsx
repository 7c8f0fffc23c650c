export interface IconProps {
  /** Of the codicons: `warning`, `play`. */
  readonly name: string;
  readonly isSpinning?: boolean;
  /** Of a web component it is given to. */
  readonly slot?: string;
}

/** A codicon as decoration: what it says, a text beside it says, too. */
export function Icon({ name, isSpinning = false, slot }: IconProps) {
  const spin = isSpinning ? ' codicon-modifier-spin' : '';
  return <span class={`codicon codicon-${name}${spin}`} slot={slot} aria-hidden="true" />;
}
