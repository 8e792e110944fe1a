"""The ordered list of spaCy components; importing this module registers them."""

from extractors.awards.component import AwardFinder
from extractors.dates.component import DateFinder
from extractors.figures.component import FigureFinder
from extractors.provinces.component import ProvinceFinder

COMPONENTS: dict[str, type] = {
    "sovang_dates": DateFinder,
    "sovang_provinces": ProvinceFinder,
    "sovang_figures": FigureFinder,
    "sovang_awards": AwardFinder,
}
