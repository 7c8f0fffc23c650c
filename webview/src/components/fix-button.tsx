import { useRef, useState } from 'preact/hooks';
import type { Fix } from '../../../engine/src/protocol/places.ts';
import { Button } from './controls.tsx';
import type { MeasureActions } from './measure-page.tsx';

export interface FixButtonProps extends Omit<MeasureActions, 'reveal'> {
  readonly fix: Fix;
}

/** Makes a change through the shell's editor, where it can be undone. Once: what it changed is not what was measured any more. */
export function FixButton({ fix, shell, isOutdated, onApplied, onError }: FixButtonProps) {
  const [isBusy, setBusy] = useState(false);
  /** A second click may come before the button is drawn anew. */
  const isUnderWay = useRef(false);
  const apply = async () => {
    if (isUnderWay.current || isOutdated) return;
    isUnderWay.current = true;
    setBusy(true);
    try {
      const { isApplied } = await shell.request('shell.edit', { edits: fix.edits, title: fix.title });
      if (isApplied) onApplied();
    } catch (thrown) {
      onError(thrown);
    } finally {
      isUnderWay.current = false;
      setBusy(false);
    }
  };
  return (
    <Button isSecondary icon="lightbulb" isDisabled={isBusy || isOutdated} onClick={() => void apply()}>
      {fix.title}
    </Button>
  );
}
