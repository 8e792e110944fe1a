"""Opens a published dataset in Python: typed data frames of its tables and views, SQL, texts."""

import importlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Final, Self

from extractors.domain.errors import UsageError

if TYPE_CHECKING:
    import pandas
    import polars

_TYPES: Final = {
    "text": "string",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
    "date": "datetime64[s]",
}


def open_dataset(folder: str | Path = "outputs/dataset") -> "Dataset":
    """Opens a folder that `sovang publish` wrote, for reading; raises `UsageError` where there is none."""
    return Dataset(Path(folder))


class Dataset:
    """A published dataset. `dataset["award_facts"]` is a pandas frame; use as a context manager or `close` it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        file = folder / "sovang.db"
        if not file.is_file():
            raise UsageError(f"There is no published dataset in {folder}", advice="Run `sovang publish` first")
        # `immutable`: a published file never changes, and its folder may allow no writing.
        self.connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        self.about: dict[str, str] = dict(self.connection.execute("SELECT name, value FROM release").fetchall())
        self._types: dict[str, dict[str, str]] = {}
        for table, column, kind in self.connection.execute(
            "SELECT table_name, column_name, type FROM dictionary ORDER BY table_name, position"
        ):
            self._types.setdefault(table, {})[column] = kind

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self.connection.close()

    @property
    def version(self) -> str:
        """The version of the release."""
        return self.about["version"]

    @property
    def names(self) -> tuple[str, ...]:
        """The tables and views of the release."""
        return tuple(self._types)

    def __getitem__(self, name: str) -> "pandas.DataFrame":
        return self.frame(name)

    def frame(self, name: str, columns: Sequence[str] | None = None) -> "pandas.DataFrame":
        """Returns a table or view as a pandas frame with the types of the dictionary; missing values stay missing."""
        types = self._types_of(name, columns)
        library = _pandas()
        if (file := self._parquet(name)).is_file():
            bare = library.read_parquet(file, columns=list(types))
        else:
            bare = library.DataFrame(self._rows(name, types), columns=list(types), dtype=object)
        frame: pandas.DataFrame = bare.astype({column: _TYPES[kind] for column, kind in types.items()})
        return frame

    def polars(self, name: str, columns: Sequence[str] | None = None) -> "polars.DataFrame":
        """Returns a table or view as a polars frame with the types of the dictionary."""
        types = self._types_of(name, columns)
        library = _polars()
        frame: polars.DataFrame
        if (file := self._parquet(name)).is_file():
            frame = library.read_parquet(file, columns=list(types))
            return frame
        kinds = {"text": library.String, "integer": library.Int64, "number": library.Float64}
        # SQLite has no truth values and no dates: they come as numbers and text.
        kinds |= {"boolean": library.Int64, "date": library.String}
        schema = {column: kinds[kind] for column, kind in types.items()}
        bare = library.DataFrame(self._rows(name, types), schema=schema, orient="row", strict=False)
        frame = bare.with_columns(
            library.col(column).cast(library.Boolean)
            if kind == "boolean"
            else library.col(column).str.to_date("%Y-%m-%d")
            for column, kind in types.items()
            if kind in {"boolean", "date"}
        )
        return frame

    def query(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> "pandas.DataFrame":
        """Returns what an SQL statement over `sovang.db` gives as a pandas frame, types as pandas tells them."""
        frame: pandas.DataFrame = _pandas().read_sql_query(sql, self.connection, params=parameters)
        return frame

    def text(self, document: str) -> str:
        """Returns the text of a document, named by its key; raises `UsageError` where the release has none."""
        if "texts" not in self._types:
            raise UsageError("This release holds no texts", advice="See its README, and the table `contexts`")
        row = self.connection.execute("SELECT text FROM texts WHERE document = ?", [document]).fetchone()
        if row is None:
            raise UsageError(f"The release has no document {document!r}", advice="See the table `documents`")
        return str(row[0])

    def _types_of(self, name: str, columns: Sequence[str] | None) -> dict[str, str]:
        if name not in self._types:
            raise UsageError(f"The dataset has no table {name!r}", advice=f"Known: {', '.join(self._types)}")
        types = self._types[name]
        if unknown := [column for column in columns or () if column not in types]:
            raise UsageError(f"{name} has no column {unknown[0]!r}", advice=f"Known: {', '.join(types)}")
        return {column: types[column] for column in columns} if columns else types

    def _parquet(self, name: str) -> Path:
        return self.folder / "parquet" / f"{name}.parquet"

    def _rows(self, name: str, types: dict[str, str]) -> list[tuple[object, ...]]:
        columns = ", ".join(f'"{column}"' for column in types)
        return self.connection.execute(f"SELECT {columns} FROM {name}").fetchall()  # noqa: S608


def _pandas() -> ModuleType:
    try:
        import pandas
    except ModuleNotFoundError as error:
        raise UsageError("Data frames need pandas", advice="pip install 'sovang[publish]'") from error
    library: ModuleType = pandas
    return library


def _polars() -> ModuleType:
    """A choice of the reader's own, so it stands in no list of dependencies."""
    try:
        return importlib.import_module("polars")
    except ModuleNotFoundError as error:
        raise UsageError("These data frames need polars", advice="pip install polars") from error
