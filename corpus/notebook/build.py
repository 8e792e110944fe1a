"""Makes `questions.ipynb` of `questions.md`: each block of Python a cell of code, all else cells of text.

    python corpus/notebook/build.py

Cells have no output: what they print depends on the release they are run on. Equal input gives equal bytes.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
_CODE: Final = re.compile(r"```python\n(.*?)\n```\n?", re.DOTALL)


def notebook(source: str) -> str:
    """Returns the notebook (nbformat 4.5) of a Markdown text."""
    cells: list[dict[str, object]] = []
    for at, part in enumerate(_CODE.split(source)):
        lines = part.strip("\n").splitlines(keepends=True)
        if not lines:
            continue
        name = hashlib.sha256(f"{len(cells)}{part}".encode()).hexdigest()[:8]
        cell: dict[str, object] = {"cell_type": "code" if at % 2 else "markdown", "id": name, "metadata": {}}
        if at % 2:
            cell.update(execution_count=None, outputs=[])
        cells.append({**cell, "source": lines})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    text = (HERE / "questions.md").read_text(encoding="utf-8")
    (HERE / "questions.ipynb").write_text(notebook(text), encoding="utf-8")
