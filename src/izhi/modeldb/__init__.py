"""ModelDB 39948 by its own interface: `show()`, `IzhiCell`, its type table, and connected cells, without NEURON.

    from izhi.modeldb import IzhiCell, show
    show("v7a", "v7b", "v7bw")

All of it computes what NEURON 9 does with the original's mod files, to the last bit.
"""

from __future__ import annotations

from izhi.mechanism import Mechanism
from izhi.modeldb.cells import IzhiCell, NetCon, PointProcess, run, type2007
from izhi.modeldb.network import Connection, NetworkRun, run_network
from izhi.modeldb.show import show, traces, version
from izhi.schemes.neuron import Section
from izhi.schemes.neuron.stimulus import Callbacks, Clamp, Played
from izhi.trace import Trace

__all__ = [
    "Callbacks", "Clamp", "Connection", "IzhiCell", "Mechanism", "NetCon", "NetworkRun", "Played", "PointProcess",
    "Section", "Trace", "run", "run_network", "show", "traces", "type2007", "version",
]  # fmt: skip
