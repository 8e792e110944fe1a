"""The one set that all steps are entered in."""

from sqlite_utils import Migrations

MIGRATIONS = Migrations("sovang")
