// @ts-check
/** What ends a problem better than trying the same again: the notice of the problem offers it, as the first thing to do. */

/** @typedef {import('../types').Problem} Problem */

/**
 * @param {Problem | null | undefined} problem
 * @param {boolean} [dated] were only photos of certain days asked for?
 * @returns {'settings' | 'any_date' | 'other_picture' | null}
 */
export function remedyFor(problem, dated = false) {
  const code = problem?.code ?? '';
  if (code.startsWith('score_') || code === 'service_key_invalid' || code === 'service_key_missing') return 'settings';
  if (code === 'nothing_found' && dated) return 'any_date';
  return code.startsWith('picture_') || code === 'nothing_found' ? 'other_picture' : null;
}
