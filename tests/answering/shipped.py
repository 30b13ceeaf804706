"""The shipped corpus, indexed with the real model."""

import hashlib
import shutil
from pathlib import Path

from pc_assistant import bootstrap, syncing
from pc_assistant.settings import Settings, read_settings

SOURCE = Path(bootstrap.__file__).parent
KEPT = Path(".pytest_cache") / "shipped"


def index(data_dir: Path, model_dir: Path) -> Settings:
    """Settings of a new data directory with the shipped corpus in it.

    To embed it all takes a minute or more. So an index is kept for the next session, under a digest of the code that makes one; what has
    changed in the corpus since is brought up to date by `ingest`, as in any data directory.
    """
    settings = read_settings(data_dir=data_dir, model_dir=model_dir)
    key = _digest(
        [*SOURCE.glob("knowledge/*.py"), *SOURCE.glob("adapters/**/*.py"), *SOURCE.glob("domain/*.py"), settings.models / "model.json"]
    )
    kept = sorted(KEPT.glob(f"{key}-*"), key=lambda folder: folder.stat().st_mtime)
    if kept:
        shutil.copytree(kept[-1], data_dir, dirs_exist_ok=True)
    report, version = syncing.ingest(settings)
    assert not report.faults
    if not (KEPT / f"{key}-{version}").exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        building = KEPT / f"building-{data_dir.name}-{version}"
        shutil.copytree(data_dir, building)
        building.rename(KEPT / f"{key}-{version}")
    return settings


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def copy(settings: Settings, data_dir: Path) -> Settings:
    """Settings of a data directory of its own with the same index in it."""
    shutil.copytree(settings.data_dir, data_dir)
    return settings.model_copy(update={"data_dir": data_dir})
