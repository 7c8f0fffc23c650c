import { useEffect, useState } from 'preact/hooks';

/** A number that changes whenever the colours of the theme may have: for what is drawn on a canvas. */
export function useThemeChange(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const observer = new MutationObserver(() => setChanges((before) => before + 1));
    const options = { attributes: true, attributeFilter: ['class', 'style', 'data-vscode-theme-id', 'data-theme'] };
    observer.observe(document.documentElement, options);
    observer.observe(document.body, options);
    return () => observer.disconnect();
  }, []);
  return changes;
}
