"""What a run was measured on, in plain words: no names of hosts or paths."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("chromadb", "langchain-text-splitters", "numpy", "onnxruntime", "pc-assistant")
CPUINFO = Path("/proc/cpuinfo")


def describe(packages: Sequence[str] = PACKAGES, cpuinfo: Path = CPUINFO) -> dict[str, str]:
    """Processor, system, interpreter and the versions that the figures depend on."""
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.is_file() else []
    processor = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
    return {
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "processor": processor,
        "system": platform.system(),
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
    }


def waiting() -> float:
    """Processes that ran or waited to run, on average over the last minute: above the number of cores, others share them."""
    return round(os.getloadavg()[0], 1)
