"""The simulators that cells are compared with: one file each."""

from __future__ import annotations

from izhi.bridge.conformance.of_brian2 import BRIAN2
from izhi.bridge.conformance.of_coreneuron import CORENEURON
from izhi.bridge.conformance.of_jneuroml import JNEUROML
from izhi.bridge.conformance.of_nest import NEST
from izhi.bridge.conformance.of_neuron import NEURON
from izhi.bridge.conformance.of_octave import OCTAVE

SIMULATORS = {each.name: each for each in (NEURON, CORENEURON, NEST, BRIAN2, JNEUROML, OCTAVE)}
