"""Files that a simulation goes on from: checkpoints, and folders into which it streams what it records."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from izhi.errors import BadValue, FileProblem
from izhi.network_recording import PART, NetworkRecording, joined
from izhi.recording import DAMAGE, write_whole

FORMAT = "izhi checkpoint 2"
CHECKPOINT = "checkpoint.npz"


def write_checkpoint(path: str | os.PathLike[str], about: Mapping[str, Any], arrays: Mapping[str, NDArray]) -> None:
    """Write numbers and words, and arrays, whole or not at all."""

    def write(file: IO[bytes]) -> None:
        everything: dict[str, Any] = {"about": np.array(json.dumps({"format": FORMAT, **about})), **arrays}
        np.savez(file, **everything)

    write_whole(path, write)


def read_checkpoint(path: str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, NDArray]]:
    """What `write_checkpoint` wrote.

    Raises
    ------
    FileProblem
        If it cannot be read, or is no checkpoint.
    """
    try:
        with Path(path).open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(str(arrays.pop("about")))
        if about.pop("format") != FORMAT:
            raise KeyError("format")
    except OSError as problem:
        raise FileProblem(path, f"cannot be read: {problem.strerror or problem}") from None
    except DAMAGE:
        raise FileProblem(path, "is no checkpoint of izhi") from None
    return about, arrays


@dataclass(eq=False)
class Stream:
    """A folder of consecutive recordings, each written whole, and a checkpoint.

    Attributes
    ----------
    folder : Path
    written : int
        How many recordings it holds.
    foreign : bool
        Whether they are of another run, as long as that has not been resumed.
    """

    folder: Path
    written: int = 0
    foreign: bool = False

    @property
    def checkpoint(self) -> Path:
        """Where its checkpoint is, or will be."""
        return self.folder / CHECKPOINT

    def write(self, parts: Sequence[NetworkRecording]) -> None:
        """Add what was recorded since."""
        self.check()
        joined(parts).save(self.folder / f"{PART}{self.written + 1:06d}.npz")
        self.written += 1

    def check(self) -> None:
        """Refuse to mix the results of two runs."""
        if self.foreign:
            raise FileProblem(self.folder, "holds another run; resume from its checkpoint, or use an empty folder")

    def go_back(self, written: int) -> None:
        """Remove what was written after a checkpoint."""
        self.written, self.foreign = written, False
        for file in self.folder.glob(f"{PART}*.npz"):
            if int(file.stem[len(PART) :]) > written:
                file.unlink()


def opened(folder: str | os.PathLike[str]) -> Stream:
    """A folder, made if need be; one that holds results which no checkpoint continues is refused."""
    if not isinstance(folder, str | os.PathLike):
        raise BadValue("out", folder, "the path of a folder would do")
    stream = Stream(Path(folder))
    try:
        stream.folder.mkdir(parents=True, exist_ok=True)
        occupied = any(stream.folder.glob(f"{PART}*.npz"))
    except OSError as problem:
        raise FileProblem(folder, f"cannot be used: {problem.strerror or problem}") from None
    if occupied and not stream.checkpoint.exists():
        raise FileProblem(folder, "holds the results of another run; an empty folder would do")
    stream.foreign = occupied
    return stream
