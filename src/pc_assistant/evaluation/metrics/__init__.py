"""The shelf of metrics. A metric is one small file here that names its members in `METRICS`; nothing else has to be told.

The smallest complete member::

    from pc_assistant.evaluation.metric import Metric, Score
    from pc_assistant.evaluation.record import Record


    def judge(record: Record) -> Score | None:
        if record.given is None:
            return None
        return Score(value=float(bool(record.given.suggestions)), reason=f"{len(record.given.suggestions)} suggestions")


    METRICS = (Metric("suggests", judge, "an answer offers what to ask next", gate="no"),)
"""

import importlib
import pkgutil

from pc_assistant.evaluation.metric import Metric


def shelf() -> tuple[Metric, ...]:
    """Every metric of every file in this folder, by name."""
    found: list[Metric] = []
    for module in pkgutil.iter_modules(__path__):
        found += importlib.import_module(f"{__name__}.{module.name}").METRICS
    return tuple(sorted(found, key=lambda metric: metric.name))
