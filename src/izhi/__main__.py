"""`python -m izhi` is the command line."""

from __future__ import annotations

from izhi.cli import main

if __name__ == "__main__":
    main()
