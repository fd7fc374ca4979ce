"""Models, schemes and presets as one JavaScript module, written from their declarations."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from izhi.equations import MODELS, RECEPTORS, with_receptors
from izhi.equations.model import Model, Quantity
from izhi.experiment import preset_stimulus
from izhi.lab.translate import RUNTIME, Translation
from izhi.presets import Preset, presets
from izhi.schemes import SCHEMES
from izhi.schemes.neuron.scheme import NeuronScheme
from izhi.schemes.scheme import ContinuousScheme, GridScheme
from izhi.stimulus.drive import drive
from izhi.stimulus.terms import Pieces, Wave

# The schemes a cell can be run by in the browser: a mechanism of NEURON needs its section as well.
OFFERED = {name: scheme for name, scheme in SCHEMES.items() if not isinstance(scheme, NeuronScheme)}


@cache
def book() -> str:
    """The module's source.

    It exports `BOOK`: `models`, `schemes` and `presets` by name. A model has the text of its declaration and the
    functions rhs, peak, reset, start and settle; a scheme its conventions, and by model the function that makes a step.
    What is `conducting` is that of the model with receptors.
    """
    out = Translation()
    models = {name: _model(model, out) for name, model in MODELS.items()}
    schemes = {name: _scheme(scheme, out) for name, scheme in OFFERED.items()}
    shown = {name: _Plain(_preset(row)) for name, row in presets().items()}
    table = _text({"models": models, "schemes": schemes, "presets": shown, "receptors": list(RECEPTORS)})
    head = "// Generated from the declared equations, schemes and presets; not to be edited."
    return f"{head}\n{RUNTIME}{out.text}\nexport {{ Grid }};\nexport const BOOK = {table};\n"


class _Name(str):
    """The name of a JavaScript function, which is written without quotes."""


class _Plain(dict):
    """Data that JSON can hold."""


def _text(value: Any) -> str:
    if isinstance(value, _Name):
        return str(value)
    if isinstance(value, dict) and not isinstance(value, _Plain):
        return "{" + ",\n".join(f"{json.dumps(k)}: {_text(v)}" for k, v in value.items()) + "}"
    return json.dumps(value, allow_nan=False)


def _model(model: Model, out: Translation) -> dict[str, Any]:
    functions = {
        name: _Name(out.function(getattr(model, name))) for name in ("rhs", "peak", "reset", "start", "settle")
    }
    more = with_receptors(model).parameters[len(model.parameters) :]
    described = {
        "title": model.title,
        "reference": model.reference,
        "current": model.current,
        "conductance": model.conductance,
        "rate": model.rate,
        "seams": list(model.seams),
        "state": [_quantity(q) for q in model.state],
        "parameters": [_quantity(q) for q in model.parameters],
        "conducting": [_quantity(q) for q in more],
    }
    return {**{k: _Plain({"": v})[""] for k, v in described.items()}, **functions}


def _quantity(quantity: Quantity) -> dict[str, Any]:
    return _Plain(
        symbol=quantity.symbol,
        unit=quantity.unit,
        meaning=quantity.meaning,
        default=quantity.default,
        positive=quantity.positive,
    )


def _scheme(scheme: Any, out: Translation) -> dict[str, Any]:
    steps = {name: _Name(out.function(scheme.build(model))) for name, model in MODELS.items()}
    conducting = {name: _Name(out.function(scheme.build(with_receptors(model)))) for name, model in MODELS.items()}
    described = {
        "title": scheme.title,
        "usedBy": scheme.used_by,
        "conventions": scheme.conventions,
        "order": scheme.order,
        "dt": scheme.dt,
        "conducting": conducting,
    }
    if isinstance(scheme, ContinuousScheme):
        return {**described, "solve": steps}
    assert isinstance(scheme, GridScheme)
    return {
        **described,
        "steps": steps,
        "numbers": _Name(out.function(scheme.numbers)),
        "stages": list(scheme.stages),
        "memory": list(scheme.memory),
        "lag": scheme.lag,
        "onGrid": scheme.on_grid,
        "sample": scheme.sample,
        "label": scheme.label,
        "extra": scheme.extra,
        "scaledRate": scheme.scaled_rate,
        "multiple": scheme.dt_multiple,
    }


def _preset(row: Preset) -> dict[str, Any]:
    model = MODELS[row.model]
    values = {q.symbol: row.parameters.get(q.symbol, q.default) for q in model.parameters}
    total = drive(preset_stimulus(row), row.duration)
    return {
        "title": row.title,
        "model": row.model,
        "parameters": values,
        "initial": row.initial,
        "stimulus": list(row.stimulus),
        "pieces": [_pieces(term) for term in total.terms if isinstance(term, Pieces)],
        "waves": [term.row(0) for term in total.terms if isinstance(term, Wave)],
        "scheme": row.scheme,
        "dt": row.dt,
        "duration": row.duration,
        "source": row.source,
        "evidence": row.evidence,
        "notes": row.notes,
    }


def _pieces(term: Pieces) -> dict[str, Any]:
    return {
        "knot": term.knot.tolist(),
        "value": term.value.tolist(),
        "rise": term.rise.tolist(),
        "span": term.span.tolist(),
        "inclusive": term.inclusive.tolist(),
    }
