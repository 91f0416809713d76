// @ts-check
/** Square pictures at another size, for a network that stands beside one that wants them larger or smaller. */

/**
 * What a row of pixels becomes at another length: for each new pixel the first old one under its triangle, and the weights
 * of that and of the next ones. As Pillow's BILINEAR.
 * @param {number} from @param {number} to
 */
function triangles(from, to) {
  const reach = Math.max(1, from / to);
  return Array.from({ length: to }, (_, place) => {
    const centre = ((place + 0.5) * from) / to;
    const first = Math.max(0, Math.round(centre - reach));
    const last = Math.min(from, Math.round(centre + reach));
    const weights = Array.from({ length: last - first }, (__, i) => Math.max(0, 1 - Math.abs(first + i + 0.5 - centre) / reach));
    const sum = weights.reduce((a, b) => a + b);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/**
 * @param {Uint8Array<ArrayBuffer>} pixels RGB of a square
 * @param {number} side
 * @returns {Uint8Array<ArrayBuffer>} RGB of side * side pixels; the same array where it has that size
 */
export function resized(pixels, side) {
  const old = Math.sqrt(pixels.length / 3);
  if (old === side) return pixels;
  const row = triangles(old, side);
  const narrow = new Float32Array(old * side * 3);
  for (const [x, { first, weights }] of row.entries()) {
    for (const [i, weight] of weights.entries()) {
      for (let y = 0; y < old; y++) {
        const from = (y * old + first + i) * 3;
        const to = (y * side + x) * 3;
        for (let c = 0; c < 3; c++) narrow[to + c] += weight * pixels[from + c];
      }
    }
  }
  const sums = new Float32Array(side * side * 3).fill(0.5); // rounded by what cuts off
  for (const [y, { first, weights }] of row.entries()) {
    for (const [i, weight] of weights.entries()) {
      const from = (first + i) * side * 3;
      for (let x = 0; x < side * 3; x++) sums[y * side * 3 + x] += weight * narrow[from + x];
    }
  }
  return new Uint8Array(sums);
}
