"""Releases of the dataset for research: SQLite, CSV, Parquet and all that describes them; citations of records."""

from pipeline.publish.build import Conditions
from pipeline.publish.release import STEPS, Order, Release, publish

__all__ = ["STEPS", "Conditions", "Order", "Release", "publish"]
