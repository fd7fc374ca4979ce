"""Random numbers that are functions of what they are for: a key and a counter, no state.

So they are the same for any number of threads, any splitting of a run, and after a resumption. Sixty-four bits of key
(a seed, a stream, a step) go in before the first and between the two multiplications of a 32-bit mixer (xor-shift and
multiply, as in the finalizer of MurmurHash3; multipliers of Wellons' search); a cell's number is the counter.
"""

from __future__ import annotations

import numpy as np

U32 = np.uint32
I32 = np.int32
F32 = np.float32

_MASK = 0xFFFFFFFFFFFFFFFF


def key_of(seed: int, stream: int) -> int:
    """A key of 64 bits for one stream of a seed."""
    x = (seed * 0x9E3779B97F4A7C15 + stream * 0xD1B54A32D192ED03 + 0x632BE59BD9B4E019) & _MASK
    for _ in range(2):
        x = ((x ^ (x >> 32)) * 0xD6E8FEB86659FD93) & _MASK
    return x ^ (x >> 32)


def mixed(x):
    """The finalizer: every bit of 32 depends on every bit."""
    x = U32(x ^ U32(x >> U32(16)))
    x = U32(x * U32(0x7FEB352D))
    x = U32(x ^ U32(x >> U32(15)))
    x = U32(x * U32(0x846CA68B))
    return U32(x ^ U32(x >> U32(16)))


def step_keys(low, high, k):
    """The two keys of step k in a stream whose key has these halves."""
    first = mixed(U32(low ^ U32(k & 0xFFFFFFFF)))
    second = mixed(U32(high ^ U32(U32(k >> 32) + first)))
    return first, second


def bits(i, first, second):
    """32 random bits for counter i."""
    x = U32(U32(i) + first)
    x = U32(x ^ U32(x >> U32(16)))
    x = U32(x * U32(0x7FEB352D))
    x = U32(x ^ second)
    x = U32(x ^ U32(x >> U32(15)))
    x = U32(x * U32(0x846CA68B))
    return U32(x ^ U32(x >> U32(16)))


def below(n, b):
    """A whole number from 0 to n - 1, from 32 bits; n at most 2^31."""
    return (np.int64(b) * np.int64(n)) >> np.int64(32)


def unit(b):
    """A number in (0, 1), from 32 bits, in single precision: the middle of one of 2^24 cells."""
    return (F32(I32(b >> U32(8))) + F32(0.5)) * F32(2.0**-24)


def _log(y):
    """The natural logarithm of y in (0, 1], to 1e-7, from its exponent and a polynomial in its mantissa."""
    b = F32(y).view(I32)
    e = I32(I32(b - I32(0x3F3504F3)) >> I32(23))
    m = I32(b - I32(e << I32(23))).view(F32) - F32(1)
    s = m * m
    low = (F32(L0) + F32(L1) * m) + (F32(L2) + F32(L3) * m) * s
    high = (F32(L4) + F32(L5) * m) + (F32(L6) + F32(L7) * m) * s
    return F32(e) * F32(0.6931472) + (low + (s * s) * high) * m


def share(b):
    """A number x in (-1, 1) from 32 bits."""
    return F32(I32(b)) * F32(2.0**-31)


def rest(b):
    """1 - x^2 of that number, to full precision where it is small."""
    x = I32(b)
    left = (F32(I32(I32(x ^ I32(x >> I32(31))) ^ I32(0x7FFFFFFF))) + F32(0.5)) * F32(2.0**-31)
    return left * (F32(2) - left)


def depth(y):
    """How far out in the tail a rest y is: sqrt(2 - log y)."""
    return np.sqrt(F32(2) - _log(y))


def quantile(x, s):
    """The normal quantile of (1 + x) / 2, by a polynomial in the depth s."""
    t = s * s
    low = (F32(G0) + F32(G1) * s) + (F32(G2) + F32(G3) * s) * t
    high = ((F32(G4) + F32(G5) * s) + (F32(G6) + F32(G7) * s) * t) + (t * t) * (F32(G8) + F32(G9) * s)
    return (low + (t * t) * high) * x


def gaussian(b):
    """A standard normal number from 32 bits, in single precision: within 4e-5 of it, relatively, out to 6.3."""
    return quantile(share(b), depth(rest(b)))


# log(1 + m) / m for 1 + m from sqrt(1/2) to sqrt(2), least squares.
L0 = 0.9999999403953552
L1 = -0.5000027418136597
L2 = 0.3333449363708496
L3 = -0.24974675476551056
L4 = 0.19920599460601807
L5 = -0.17208722233772278
L6 = 0.16035005450248718
L7 = -0.10007897764444351
# The quantile over x as a polynomial in sqrt(2 - log(1 - x^2)), least squares of the relative error, reweighted
# until its largest value was least.
G0 = -0.3522827625274658
G1 = 2.0373575687408447
G2 = 0.040513791143894196
G3 = -2.69427490234375
G4 = 3.1283276081085205
G5 = -1.6389825344085693
G6 = 0.4773408770561218
G7 = -0.08018837869167328
G8 = 0.007302172482013702
G9 = -0.0002800777438096702
