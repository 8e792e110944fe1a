"""Fetches pages, feeds and sitemaps from the web into a web archive, politely."""

from pipeline.fetch.client import Manners
from pipeline.fetch.work import FetchOrder, FetchReport, fetch

__all__ = ["FetchOrder", "FetchReport", "Manners", "fetch"]
