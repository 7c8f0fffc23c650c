import type { Page } from 'playwright-core';

/** What is wider than a screen by its nature, and is scrolled by itself: rows, code, lists of tabs. */
const scrolled = '[role=grid], pre, textarea, [role=tablist], .scrolls-sideways';

/**
 * What of a page cannot be seen, or only by scrolling all of it sideways: elements that hide what does not fit without saying so by an
 * ellipsis, and containers that scroll sideways without being made for it. One text for each.
 */
export async function overflowsOf(page: Page): Promise<readonly string[]> {
  return await page.evaluate((allowed) => {
    const found: string[] = [];
    for (const element of document.querySelectorAll('*')) {
      const { clientWidth, scrollWidth } = element;
      // Texts for screen readers are a pixel wide. Monaco's own are Microsoft's.
      if (clientWidth <= 1 || scrollWidth <= clientWidth + 1) continue;
      if (element.closest('.monaco-editor, .unseen') !== null || element.closest(allowed) !== null) continue;
      const { overflowX, textOverflow } = getComputedStyle(element);
      const isRoot = element === document.documentElement || element === document.body;
      if (!isRoot && (overflowX === 'visible' || textOverflow === 'ellipsis')) continue;
      const widest = [...element.querySelectorAll('*')].reduce<Element | undefined>((most, one) => {
        const right = (of: Element) => of.getBoundingClientRect().right;
        return most === undefined || right(one) > right(most) ? one : most;
      }, undefined);
      const name = (of: Element) => `<${of.localName} class="${of.getAttribute('class') ?? ''}">`;
      found.push(
        `${name(element)} is ${clientWidth} wide and holds ${scrollWidth}, by ${widest ? name(widest) : 'its text'}`,
      );
    }
    return found;
  }, scrolled);
}
