"""What the wiring promises beyond its parts."""

import subprocess
import sys
from pathlib import Path

from pc_assistant.adapters.embedders.export import DEFAULT_MODEL


def test_a_model_is_prepared_once_quietly_and_in_a_process_of_its_own(tmp_path: Path) -> None:
    prepare = f"""if __name__ == "__main__":
    import sys
    from pathlib import Path
    from pc_assistant import bootstrap
    from pc_assistant.settings import Settings
    settings = Settings(model_dir=Path({str(tmp_path)!r}))
    print(bootstrap.prepare_model(settings), bootstrap.prepare_model(settings), "torch" in sys.modules)
    """
    script = tmp_path / "prepare.py"
    script.write_text(prepare, encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=100, check=False)
    assert (done.stdout, done.stderr) == ("True False False\n", "")
    assert {path.name for path in (tmp_path / DEFAULT_MODEL).iterdir()} == {"model.onnx", "model.json", "tokenizer.json"}
