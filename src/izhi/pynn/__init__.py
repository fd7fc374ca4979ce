"""PyNN on the engines of izhi: `import izhi.pynn as sim` in place of `import pyNN.nest as sim`.

Beside PyNN's own names there are native cells, `Izhikevich2007_cond_exp` and its like, and `preset`. The backend needs
PyNN, which comes with `pip install 'izhi[pynn]'`.

References
----------
Davison et al. 2009, Frontiers in Neuroinformatics 2:11: PyNN.
"""

from __future__ import annotations

from importlib.util import find_spec

from izhi.errors import MissingExtra

if find_spec("pyNN") is None:
    raise MissingExtra("izhi.pynn", "PyNN", "pynn")

from pyNN import connectors, errors, random, space
from pyNN.connectors import *  # noqa: F403
from pyNN.network import Network
from pyNN.random import GSLRNG, NumpyRNG, RandomDistribution
from pyNN.space import Space
from pyNN.standardmodels import StandardCellType

from izhi.pynn import cells
from izhi.pynn.cells import *  # noqa: F403
from izhi.pynn.control import (
    connect,
    create,
    end,
    get_current_time,
    get_max_delay,
    get_min_delay,
    get_time_step,
    initialize,
    num_processes,
    rank,
    record,
    record_gsyn,
    record_v,
    reset,
    run,
    run_for,
    run_until,
    setup,
)
from izhi.pynn.electrodes import ACSource, DCSource, NoisyCurrentSource, StepCurrentSource
from izhi.pynn.populations import Assembly, Population, PopulationView
from izhi.pynn.projections import Projection
from izhi.pynn.sources import (
    SpikeSourceArray,
    SpikeSourceGamma,
    SpikeSourcePoisson,
    SpikeSourcePoissonRefractory,
)
from izhi.pynn.synapses import (
    AdditiveWeightDependence,
    SpikePairRule,
    StaticSynapse,
    STDPMechanism,
    TsodyksMarkramSynapse,
)


def list_standard_models() -> list[str]:
    """The names of PyNN's standard cells and sources that this backend has."""
    kinds = [x for x in globals().values() if isinstance(x, type) and issubclass(x, StandardCellType)]
    return [kind.__name__ for kind in kinds if kind is not StandardCellType]


__all__ = [
    "GSLRNG",
    "ACSource",
    "AdditiveWeightDependence",
    "Assembly",
    "DCSource",
    "Network",
    "NoisyCurrentSource",
    "NumpyRNG",
    "Population",
    "PopulationView",
    "Projection",
    "RandomDistribution",
    "STDPMechanism",
    "Space",
    "SpikePairRule",
    "SpikeSourceArray",
    "SpikeSourceGamma",
    "SpikeSourcePoisson",
    "SpikeSourcePoissonRefractory",
    "StaticSynapse",
    "StepCurrentSource",
    "TsodyksMarkramSynapse",
    "connect",
    "create",
    "end",
    "errors",
    "get_current_time",
    "get_max_delay",
    "get_min_delay",
    "get_time_step",
    "initialize",
    "list_standard_models",
    "num_processes",
    "random",
    "rank",
    "record",
    "record_gsyn",
    "record_v",
    "reset",
    "run",
    "run_for",
    "run_until",
    "setup",
    "space",
    *(name for name in vars(connectors) if name.endswith("Connector")),
    *cells.__all__,
]
