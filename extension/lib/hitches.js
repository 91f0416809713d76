// @ts-check
/** What went wrong in a search without ending it, in one line a kind. The command line says the same: clear_core/errors.py. */
import { sentence, t } from './i18n.js';

/** @typedef {import('../types').Problem} Problem */

/** Faults of a service that a search survives; the core's list is clear_core/errors.py UNANSWERED. */
const UNANSWERED = ['service_busy', 'service_down', 'service_answer_unreadable', 'service_unreachable', 'service_timeout', 'service_refused'];
/** @param {Problem} problem */
const isUnanswered = ({ code }) => UNANSWERED.includes(code);

/**
 * Questions without an answer (of several faults the most frequent is named), photos that were lost, and the rest.
 * @param {Problem[]} problems
 * @param {number} questions that were asked
 * @returns {{code: string, text: string}[]}
 */
export function hitches(problems, questions) {
  const lines = [];
  const unanswered = problems.filter(isUnanswered);
  if (unanswered.length) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const { code } of unanswered) counts.set(code, (counts.get(code) ?? 0) + 1);
    const [[code]] = [...counts].sort(([, a], [, b]) => b - a);
    const { params } = /** @type {Problem} */ (unanswered.find((problem) => problem.code === code));
    const named = { service: params.service, count: unanswered.length, questions };
    lines.push({ code, text: t(`unanswered_${code}`, named) });
  }
  const lost = problems.filter(({ code }) => code === 'photo_lost');
  if (lost.length) {
    const count = lost.reduce((sum, { params }) => sum + Number(params.count), 0);
    lines.push({ code: 'photo_lost', text: sentence({ code: 'photo_lost', params: { count } }) });
  }
  const others = new Map(problems.filter((problem) => !isUnanswered(problem) && problem.code !== 'photo_lost').map((problem) => [problem.code, problem]));
  for (const problem of others.values()) lines.push({ code: problem.code, text: sentence(problem) });
  return lines;
}
