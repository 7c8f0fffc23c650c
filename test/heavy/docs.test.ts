import { describePages } from '../docs/follow-pages.ts';
import { findPages, isGuide } from '../docs/snippets.ts';

describePages(findPages().filter(isGuide));
