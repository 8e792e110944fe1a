"""Prints how long the whole extraction takes on hostile repetitions, beside prose of the same length.

usage: python tests/bench/hostile.py [--characters 100000]
"""

import argparse
import time
from pathlib import Path

from pipeline.nlp import extract

GOLD = Path(__file__).parents[2] / "corpus" / "gold"
HOSTILE = """
1|1/|1.|1,1|12-|năm |ngày |năm 2|tỉnh |Hà |một |trăm |từ 1 đến |bằng khen |tặng |(|“|- |X. |hai mươi |Nguyễn Văn |quý I
1/1/|Điều 1. |và |của |cho |hạng |tháng |, |1 người, |Bộ |Hội đồng
"""


def seconds(text: str) -> float:
    """Returns the CPU seconds of one extraction."""
    started = time.process_time()
    extract(text)
    return time.process_time() - started


def main() -> None:
    """Measures and prints the table, slowest first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--characters", type=int, default=100_000)
    size = parser.parse_args().characters
    prose = "\n".join(p.read_text(encoding="utf-8") for p in sorted(GOLD.glob("*.txt")))
    prose = (prose * (size // max(len(prose), 1) + 1))[:size]
    seconds(prose)
    base = seconds(prose)
    print(f"{'prose':20} {base:8.2f} s")
    pieces = [*HOSTILE.replace("\n", "|").strip("|").split("|"), "A\t", "\n", " "]
    table = [(seconds(piece * (size // len(piece))), piece) for piece in pieces]
    for spent, piece in sorted(table, reverse=True):
        print(f"{piece!r:20} {spent:8.2f} s   {spent / base:6.1f} x prose")


if __name__ == "__main__":
    main()
