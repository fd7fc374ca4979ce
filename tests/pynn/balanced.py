"""A network of PyNN's Izhikevich cells by any backend: `python balanced.py izhi.pynn out.npz scheme=nest`.

Times are multiples of 1/8 ms, so that none is rounded on the way to another simulator.
"""

import importlib
import sys
import warnings
from typing import Any

import numpy as np

STEP = 0.125


def spikes_and_states(sim: Any, **options: Any) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    sim.setup(timestep=STEP, min_delay=STEP, max_delay=20.0, **options)
    r, q = rng.random(80), rng.random(20)
    start = {"v": -65.0, "u": -13.0}
    excitatory = sim.Population(
        80,
        sim.Izhikevich(a=0.02, b=0.2, c=-65 + 15 * r**2, d=8 - 6 * r**2, i_offset=rng.uniform(0.002, 0.008, 80)),
        initial_values=start,
    )
    inhibitory = sim.Population(
        20, sim.Izhikevich(a=0.02 + 0.08 * q, b=0.25 - 0.05 * q, c=-65.0, d=2.0, i_offset=0.003), initial_values=start
    )
    # Some of these come twice, and then count twice.
    trains = [np.sort(rng.integers(8, 3900, 60)) * STEP for _ in range(10)]
    sources = sim.Population(10, sim.SpikeSourceArray(spike_times=trains))

    def connect(a: Any, b: Any, k: int, low: float, high: float, longest: float, kind: str) -> None:
        rows = [
            (i, int(j), rng.uniform(low, high), rng.integers(1, longest / STEP) * STEP)
            for i in range(a.size)
            for j in rng.choice(b.size, k, replace=False)
        ]
        sim.Projection(a, b, sim.FromListConnector(rows), receptor_type=kind)

    connect(excitatory, excitatory, 20, 0.0, 2.0, 10.0, "excitatory")
    connect(excitatory, inhibitory, 10, 0.0, 2.0, 10.0, "excitatory")
    connect(inhibitory, excitatory, 20, -3.0, 0.0, 2.0, "inhibitory")
    connect(sources, excitatory, 30, 0.0, 9.0, 2.0, "excitatory")
    for population in (excitatory, inhibitory):
        population.record("spikes")
    excitatory[:5].record(["v", "u"])
    sim.run(500.0)
    segments = [p.get_data().segments[0] for p in (excitatory, inhibitory)]
    trains = [np.asarray(train) for segment in segments for train in segment.spiketrains]
    sim.end()
    return {
        "time": np.concatenate(trains),
        "cell": np.repeat(np.arange(100), [t.size for t in trains]),
        "v": segments[0].filter(name="v")[0].magnitude,
        "u": segments[0].filter(name="u")[0].magnitude,
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    name, out, *options = sys.argv[1:]
    np.savez(out, **spikes_and_states(importlib.import_module(name), **dict(o.split("=") for o in options)))
