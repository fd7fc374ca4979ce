// The geometry of a cell's phase plane, all of it found from its right-hand sides.

/** Where a function that is linear in its argument is zero, or null if it does not depend on it. */
function linearRoot(f) {
  const [at0, at1] = [f(0), f(1)];
  const slope = at1 - at0;
  return Math.abs(slope) > 1e-14 * Math.max(1, Math.abs(at0)) ? -at0 / slope : null;
}

/** Where w would come to rest at this v, by its own equation; undefined where there is no w. */
function settledW(equations, parameters, v, current) {
  if (equations.state.length < 3) return undefined;
  return linearRoot((w) => equations.rhs(v, 0, w, current, parameters)[2]) ?? v;
}

const stateOf = (v, u, w) => (w === undefined ? [v, u] : [v, u, w]);

/** u on the nullcline of a variable (0: v, 1: u) at a voltage, with w where it is. */
function onNullcline(equations, parameters, current, row, v, w) {
  return linearRoot((u) => equations.rhs(...stateOf(v, u, w), current, parameters)[row]);
}

/** Both nullclines between two voltages: {v, ofV, ofU, upright}; `upright` are voltages where u' changes sign at any u. */
export function nullclines(equations, parameters, current, [low, high], w, count = 300) {
  const v = Array.from({ length: count + 1 }, (_, k) => low + ((high - low) * k) / count);
  const ofV = v.map((x) => onNullcline(equations, parameters, current, 0, x, w));
  const ofU = v.map((x) => onNullcline(equations, parameters, current, 1, x, w));
  const upright = [];
  const slope = (x) => equations.rhs(...stateOf(x, 0, w), current, parameters)[1];
  for (let k = 0; k < count; k += 1) {
    if (ofU[k] === null && ofU[k + 1] === null && slope(v[k]) * slope(v[k + 1]) <= 0)
      upright.push(bisected(slope, v[k], v[k + 1]));
  }
  return { v, ofV, ofU, upright };
}

function bisected(f, low, high) {
  const sign = Math.sign(f(low));
  for (let n = 0; n < 80 && high - low > 1e-12 * Math.max(1, Math.abs(low)); n += 1) {
    const middle = (low + high) / 2;
    if (Math.sign(f(middle)) === sign) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Equilibria between two voltages: [{state, eigenvalues, stable, type}]. */
export function equilibria(equations, parameters, current, [low, high], count = 800) {
  const stateAt = (v) => {
    const w = settledW(equations, parameters, v, current);
    return stateOf(v, onNullcline(equations, parameters, current, 0, v, w), w);
  };
  // Along the nullcline of v only u' is left to vanish.
  const rest = (v) => equations.rhs(...stateAt(v), current, parameters)[1];
  const found = [];
  let before = rest(low);
  for (let k = 1; k <= count; k += 1) {
    const v = low + ((high - low) * k) / count;
    const now = rest(v);
    if (before === 0 || before * now < 0) {
      const root = before === 0 ? v - (high - low) / count : bisected(rest, v - (high - low) / count, v);
      // Where u' jumps from one sign to the other there is no equilibrium.
      if (Math.abs(rest(root)) < 1e-6 * (Math.abs(before) + Math.abs(now)) + 1e-12)
        found.push(described(equations, parameters, current, stateAt(root)));
    }
    before = now;
  }
  return found;
}

function described(equations, parameters, current, state) {
  const eigenvalues = spectrum(jacobian(equations, parameters, current, state));
  const real = eigenvalues.map(([re]) => re);
  const stable = real.every((re) => re < 0);
  const turns = eigenvalues.some(([, im]) => im !== 0);
  const mixed = real.some((re) => re < 0) && real.some((re) => re > 0);
  const shape = turns ? "focus" : "node";
  const type = mixed ? (turns ? "saddle-focus" : "saddle") : `${stable ? "stable" : "unstable"} ${shape}`;
  return { state, eigenvalues, stable, type };
}

/** Central differences of the right-hand sides. */
export function jacobian(equations, parameters, current, state) {
  const n = state.length;
  const matrix = state.map(() => new Array(n));
  for (let j = 0; j < n; j += 1) {
    const step = 1e-5 * Math.max(1, Math.abs(state[j]));
    const slope = (sign) => equations.rhs(...state.map((x, k) => (k === j ? x + sign * step : x)), current, parameters);
    const [up, down] = [slope(1), slope(-1)];
    for (let i = 0; i < n; i += 1) matrix[i][j] = (up[i] - down[i]) / (2 * step);
  }
  return matrix;
}

function quadraticRoots(trace, determinant) {
  const half = trace / 2;
  const square = half * half - determinant;
  if (square < -1e-14 * Math.max(1e-6, half * half)) {
    const turn = Math.sqrt(-square);
    return [
      [half, turn],
      [half, -turn],
    ];
  }
  const root = Math.sqrt(Math.max(0, square));
  return [
    [half + root, 0],
    [half - root, 0],
  ];
}

/** Eigenvalues [re, im] of a matrix of two or three rows. */
export function spectrum(m) {
  if (m.length === 2) return quadraticRoots(m[0][0] + m[1][1], m[0][0] * m[1][1] - m[0][1] * m[1][0]);
  const minor = (i, j) => m[i][i] * m[j][j] - m[i][j] * m[j][i];
  const c2 = m[0][0] + m[1][1] + m[2][2];
  const c1 = minor(0, 1) + minor(0, 2) + minor(1, 2);
  const c0 =
    m[0][0] * minor(1, 2) -
    m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
    m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
  const cubic = (x) => ((x - c2) * x + c1) * x - c0;
  const bound = 1 + Math.max(Math.abs(c2), Math.abs(c1), Math.abs(c0));
  const real = bisected(cubic, -bound, bound);
  // What remains after the real root: x^2 - (c2 - real) x + (c1 - real (c2 - real)).
  const trace = c2 - real;
  return [[real, 0], ...quadraticRoots(trace, c1 - real * trace)];
}
