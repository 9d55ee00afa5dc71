"""`python -m requestflow`: the command line."""

from requestflow.cli import main

main()
