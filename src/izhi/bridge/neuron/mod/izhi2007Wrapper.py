"""The wrapper of ModelDB 39948 under its own name, for scripts and models that import it: `IzhiCell` and `type2007`."""

from izhi.bridge.neuron import IzhiCell, mechanisms, type2007

h = mechanisms()
dummy = h.Section(name="dummy")

__all__ = ["IzhiCell", "dummy", "h", "type2007"]
