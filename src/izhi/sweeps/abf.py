"""Axon Binary Files, versions 1 and 2, by pyABF."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.errors import FileProblem, UnknownName
from izhi.sweeps.channels import Collection, missing, problem, scale, unit_of
from izhi.sweeps.sweeps import Sweeps

Channel = str | int | None


def read_abf(path: Path, *, voltage: Channel = None, current: Channel = None, skip_bad: bool = False) -> Sweeps:
    """Read the sweeps of an ABF file.

    Parameters
    ----------
    path : Path
        An .abf file.
    voltage : str or int, optional
        The input channel of the membrane's voltage, by name or number. By default the one in mV whose command is a
        current, or the first of them.
    current : str or int, optional
        "command" for the waveform of the protocol, or an input channel that recorded the current. By default the
        command, and if that never changes a channel in pA or nA if there is one.
    skip_bad : bool
        Leave a sweep that cannot be used out, with a note.

    Raises
    ------
    FileProblem, UnknownName, MissingExtra
    """
    file = _File(path)
    found = Collection(path, skip_bad)
    chosen = file.channel(voltage, "voltage") if voltage is not None else file.voltage_channel(found)
    to_mv = scale(file.abf.adcUnits[chosen], "mV", path, None, file.names[chosen])
    name, currents = file.currents(chosen, current, found)
    channels, protocol = (file.names[chosen], name), file.about["protocol"]
    for k, (start, wave) in enumerate(zip(file.starts, currents, strict=True)):
        v = file.samples(k, chosen) * to_mv
        found.add(str(k), file.dt, v, wave, channels, start=start, protocol=protocol)
    if not _varies([sweep.current for sweep in found.sweeps]):
        found.note(f"the current {name!r} never changes")
    return found.done(file.about)


class _File:
    """An open ABF file: its channels, clocks and commands."""

    def __init__(self, path: Path) -> None:
        pyabf = _imported()
        self.path = path
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.abf: Any = pyabf.ABF(str(path))
        except Exception as wrong:  # pyabf lets out whatever its parsing meets in a damaged file
            reason = str(wrong).split("\n")[0] or type(wrong).__name__
            raise FileProblem(path, f"is damaged, truncated or no ABF file ({reason})") from None
        abf = self.abf
        self.names = [_cleaned(name) or f"input {k}" for k, name in enumerate(abf.adcNames)]
        self.dt = _step(abf.dataRate)
        self.starts = (1e3 * abf.sweepTimesSec).tolist()
        self.about = {
            "format": f"ABF {abf.abfVersion['major']}.{abf.abfVersion['minor']}",
            "protocol": "" if abf.protocol == "None" else str(abf.protocol),
            "date": str(abf.abfDateTimeString),
            "comment": str(abf.abfFileComment or "").strip(),
        }

    def channel(self, wanted: str | int, who: str) -> int:
        """The number of an input channel by its name or number."""
        if str(wanted) in self.names:
            return self.names.index(str(wanted))
        if str(wanted).isdigit() and int(wanted) < len(self.names):
            return int(wanted)
        raise UnknownName(f"{self.path}: {who}", wanted, self.names)

    def listed(self) -> str:
        """Its channels with their units."""
        return ", ".join(f"{name} [{_cleaned(unit)}]" for name, unit in zip(self.names, self.abf.adcUnits, strict=True))

    def voltage_channel(self, found: Collection) -> int:
        """The input in mV whose command is a current, or the first."""
        inputs = [k for k, unit in enumerate(self.abf.adcUnits) if (unit_of(unit) or ("",))[0] == "mV"]
        if not inputs:
            raise problem(self.path, f"no channel is a voltage; there is {self.listed()}: was it in voltage clamp?")
        commanded = [k for k in inputs if self.command_unit(k)]
        chosen = (commanded or inputs)[0]
        if len(inputs) > 1:
            reason = ", whose command is a current" if commanded else ""
            found.note(f"of {self.listed()} the voltage is {self.names[chosen]!r}{reason}")
        return chosen

    def output_name(self, output: int) -> str:
        """What an output is called."""
        return _cleaned(self.abf.dacNames[output]) or f"output {output}"

    def command_unit(self, output: int) -> float | None:
        """The size of the unit of an output in pA, None if it is no current."""
        units = self.abf.dacUnits
        unit = unit_of(units[output]) if output < len(units) else None
        return unit[1] if unit and unit[0] == "pA" else None

    def currents(self, voltage: int, wanted: Channel, found: Collection) -> tuple[str, list[NDArray]]:
        """What to call the current, and that of each sweep [pA]."""
        if wanted not in (None, "command"):
            assert wanted is not None
            return self._recorded(self.channel(wanted, "current"))
        outputs = [k for k in (voltage, *range(self.abf.channelCount)) if self.command_unit(k)]
        commands = {k: self._command(k) for k in dict.fromkeys(outputs)}
        moving = [k for k, waves in commands.items() if _varies(waves)]
        inputs = [k for k, unit in enumerate(self.abf.adcUnits) if (unit_of(unit) or ("",))[0] == "pA"]
        if not moving and inputs and wanted is None:
            found.note(f"no command changes; the current is the recorded channel {self.names[inputs[0]]!r}")
            return self._recorded(inputs[0])
        if not commands:
            units = ", ".join(_cleaned(unit) or "?" for unit in self.abf.dacUnits) or "none"
            text = (
                f"no current: no command is in pA or nA (outputs: {units}) and no channel is (inputs: {self.listed()})"
            )
            raise problem(self.path, text, channel=self.names[voltage])
        chosen = (moving or list(commands))[0]
        if chosen != voltage:
            found.note(f"the current is the command {self.output_name(chosen)!r}")
        return self.output_name(chosen), commands[chosen]

    def _recorded(self, channel: int) -> tuple[str, list[NDArray]]:
        name = self.names[channel]
        to_pa = scale(self.abf.adcUnits[channel], "pA", self.path, None, name)
        return name, [self.samples(k, channel) * to_pa for k in range(self.abf.sweepCount)]

    def _command(self, output: int) -> list[NDArray]:
        to_pa = self.command_unit(output)
        assert to_pa is not None
        found = []
        for k in range(self.abf.sweepCount):
            size = self.samples(k, output).size
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                wave = np.asarray(self.abf.sweepC, dtype=np.float64)[:size] * to_pa
            if not np.isfinite(wave).all():
                text = "its command is in a stimulus file that is not here; put it beside the recording"
                raise problem(self.path, text, k, self.output_name(output))
            # After a short waveform the output stays where it was.
            found.append(np.concatenate([wave, np.full(size - wave.size, wave[-1] if wave.size else 0.0)]))
        return found

    def samples(self, sweep: int, channel: int) -> NDArray[np.float64]:
        """What an input recorded in a sweep, in the unit of the file."""
        try:
            self.abf.setSweep(sweep, channel=channel)
        except Exception as wrong:  # as above
            reason = str(wrong) or type(wrong).__name__
            raise problem(self.path, f"is damaged ({reason})", sweep, self.names[channel]) from None
        return np.asarray(self.abf.sweepY, dtype=np.float64)


def _imported() -> Any:
    """pyABF, without the way of printing arrays that it sets for the whole program when it is imported."""
    try:
        with np.printoptions():
            import pyabf
    except ImportError:
        raise missing("read_sweeps", "pyabf") from None
    return pyabf


def _cleaned(text: object) -> str:
    """Text of a header, without what fills its place up."""
    return str(text or "").strip(" \0")


def _varies(waves: list[NDArray]) -> bool:
    return any(np.ptp(wave) > 0 for wave in waves if wave.size) or len({wave[0] for wave in waves if wave.size}) > 1


def _step(rate: float) -> float:
    """The time step [ms]: pyABF cuts the rate to a whole number, while the files count in halves of microseconds."""
    halves = round(2e6 / rate)
    return halves / 2e3 if int(2e6 / halves) == rate else 1e3 / rate
