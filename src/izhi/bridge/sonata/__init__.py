"""SONATA: nodes, edges and spikes of networks, out and in."""

from __future__ import annotations

from izhi.bridge.sonata.read import read, read_spikes
from izhi.bridge.sonata.write import write, write_spikes

__all__ = ["read", "read_spikes", "write", "write_spikes"]
