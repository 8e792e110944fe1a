"""`python -m pipeline` is the command `sovang`."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
