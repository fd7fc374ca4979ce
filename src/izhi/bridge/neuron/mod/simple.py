"""`import simple` of ModelDB 39948: cells of its versions, each under a constant current, in NEURON.

After `h.run()`, `simple.show("v7a", "v7b")` prints and draws what they did. The versions are 3a and 3b (2003), 7a, 7b,
7bS and 7bw (2007, RS): in a point process, in a section, in a section with u by SOLVE, and by the wrapper.
"""

from types import SimpleNamespace
from typing import Any

import izhi2007Wrapper as izh07  # type: ignore[import-not-found]  # noqa: N813
from izhi2007Wrapper import dummy, h

h.load_file("stdrun.hoc")


def _section(cm: float) -> Any:
    made = h.Section()
    made.L, made.diam, made.cm = 10, 10, cm
    return made


# That of 3b has the default capacitance, which makes its v slower than that of 3a.
sec03b, sec07b, sec07bS = _section(1), _section(31.831), _section(31.831)  # noqa: N816
iz03a, iz03b = h.Izhi2003a(dummy(0.5)), h.Izhi2003b(sec03b(0.5))
iz07a, iz07b, iz07bS = h.Izhi2007a(dummy(0.5)), h.Izhi2007b(sec07b(0.5)), h.Izhi2007bS(sec07bS(0.5))  # noqa: N816
iz07bw = izh07.IzhiCell()
for cell in (iz03a, iz03b):
    cell.Iin = 4
for cell in (iz07a, iz07b, iz07bS, iz07bw.izh):
    cell.Iin = 70
h.tstop = 1250

# By name what is recorded and the vector that it goes to.
recd = {
    "u3a": [iz03a._ref_u], "v3a": [iz03a._ref_V], "u3b": [iz03b._ref_u], "v3b": [sec03b(0.5)._ref_v],
    "u7a": [iz07a._ref_u], "v7a": [iz07a._ref_V], "u7b": [iz07b._ref_u], "v7b": [sec07b(0.5)._ref_v],
    "u7bS": [iz07bS._ref_u], "v7bS": [sec07bS(0.5)._ref_v], "u7bw": [iz07bw.izh._ref_u],
    "v7bw": [iz07bw.sec(0.5)._ref_v],
}  # fmt: skip
for each in recd.values():
    each.append(h.Vector().record(each[0]))
tvec = h.Vector().record(h._ref_t)


def show(*names: str) -> Any:
    """Print the last five values of each, all of them unless told otherwise, and draw them; returns the axes."""
    from izhi.errors import UnknownName
    from izhi.plot.mechanism import draw_traces

    chosen = names or tuple(recd)
    for name in chosen:
        if name not in recd:
            raise UnknownName("show", name, recd)
    values = {name: vector.as_numpy() for name, (_, vector) in recd.items()}
    for name in chosen:
        print(f"{name:5}" + "".join(f"{value:22.15g}" for value in values[name][-5:]))
    runs: dict[str, Any] = {
        version: SimpleNamespace(t=tvec.as_numpy(), V=values[f"v{version}"], u=values[f"u{version}"])
        for version in {name[1:] for name in chosen}
    }
    return draw_traces(runs, chosen)
