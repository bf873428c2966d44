/** The nine categories in the order of the alphabet. */
import type { Category } from './families.ts';
import { INSTALLATION_CATEGORIES } from './installationCategories.ts';
import { MECHANICAL_CATEGORIES } from './mechanicalCategories.ts';
import { WORKSHOP_CATEGORIES } from './workshopCategories.ts';

export const CATEGORIES: readonly Category[] = [
  ...WORKSHOP_CATEGORIES,
  ...MECHANICAL_CATEGORIES,
  ...INSTALLATION_CATEGORIES,
].toSorted((a, b) => (a.name < b.name ? -1 : 1));
