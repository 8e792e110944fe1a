"""Turn the text-free annotations of the awards in news articles into a gold folder for scoring, and back.

usage: python tests/award_gold/build.py OUT_DIR [--split a|b] [--news FILE] [--from DIR]

Without ``--from`` it writes NAME.txt and NAME.gold.jsonl for each article into OUT_DIR. With ``--from DIR`` it reads a
folder of quote-style annotations and writes ``records.jsonl`` into OUT_DIR.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))

from blind_gold import main  # noqa: E402 (found through the line above)

if __name__ == "__main__":
    main(HERE, __doc__)
