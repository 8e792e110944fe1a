"""The application and its people, as the tests of the pages have them."""

from tests.web_app.conftest import filled, play, served

__all__ = ["filled", "play", "served"]
