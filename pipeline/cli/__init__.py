"""The command `sovang`: parses, calls one function of the stages, maps an error to an exit code.

Each command imports what it needs when it is called, so that `sovang --help` does not wait for spaCy.
"""

import os
import sys

import click

from extractors.domain.errors import ExitCode, ProjectError
from pipeline.cli import interchange, keeping, learning, linking, looking, reading, research, reviewing, trusting
from pipeline.cli.group import INTERRUPTED, cli, complain, say

# The modules whose commands make up `sovang`.
COMMANDS = (reading, looking, linking, learning, research, reviewing, keeping, interchange, trusting)

__all__ = ["COMMANDS", "cli", "main"]


def main() -> None:
    """Runs the command line; the exit code tells what became of it."""
    try:
        code = cli.main(prog_name="sovang", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else ExitCode.DONE)
    except ProjectError as error:
        complain(error)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        say("Stopped")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # `sovang extract FILE | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.OUTPUT)
