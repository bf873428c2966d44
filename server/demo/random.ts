/** A seeded stream of random numbers (sfc32). The same seed and label give the same stream on every machine. */
export interface Random {
  /** 0 ≤ value < 1 */
  readonly float: () => number;
  /** Whole number, both ends included. */
  readonly whole: (low: number, high: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(list: readonly T[]) => T;
  /** Mean 0, deviation 1, within ±3.5: a sum of uniforms, so that it needs no transcendental function. */
  readonly normal: () => number;
  /** 32 hex digits laid out as a version 4 UUID. */
  readonly uuid: () => string;
}

/** One stream per subject: drawing more numbers for one subject leaves the others as they were. */
export function randomStream(seed: number, label: string): Random {
  let [a, b, c, d] = stateOf(`${seed}/${label}`);
  const next = (): number => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const float = () => next() / 4_294_967_296;
  const whole = (low: number, high: number) => low + Math.floor(float() * (high - low + 1));
  return {
    float,
    whole,
    chance: (probability) => float() < probability,
    pick: (list) => {
      const value = list[Math.floor(float() * list.length)];
      if (value === undefined) throw new RangeError('nothing to pick from');
      return value;
    },
    normal: () => (float() + float() + float() + float() - 2) * Math.sqrt(3),
    uuid: () => {
      const hex = [next(), next(), next(), next()].map((word) => word.toString(16).padStart(8, '0')).join('');
      const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) & 3];
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
}

/** Chooses an index by weight in O(log n); the weights are fixed when it is made. Null when they add up to nothing. */
export function weightedChoice(weights: ArrayLike<number>): ((random: Random) => number) | null {
  const sums = new Float64Array(weights.length);
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    total += weights[i] ?? 0;
    sums[i] = total;
  }
  if (!(total > 0)) return null;
  return (random) => {
    const target = random.float() * total;
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sums[middle] ?? 0) > target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/** Four 32-bit words from a text (FNV-1a with a final mix, one salt a word). */
function stateOf(text: string): [number, number, number, number] {
  const word = (salt: number): number => {
    let hash = 0x811c9dc5 ^ salt;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) | 0;
  };
  return [word(0), word(0x9e3779b9), word(0x3c6ef372), word(0xdaa66d2b)];
}
